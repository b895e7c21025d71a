//! What all logins of an account show, from the tables `account_session` and `security_event`: short texts, by which one sees
//! whether it changed.

use crate::server::db::Connection;

/// The keys of these accounts' sessions and the number of each one's last event, by account, in a fixed order.
pub async fn of_accounts(connection: Connection<'_>, accounts: &[i64]) -> Result<Vec<(i64, String)>, sqlx::Error> {
    // Lists of values are written in another way on each database, and JSON is known to both.
    let text = connection.either(
        "with wanted (id) as (select value from json_each($1))
         select account_id, key from account_session where account_id in (select id from wanted)
         union all
         select account_id, cast(max(id) as text) from security_event where account_id in (select id from wanted) group by account_id
         order by 1, 2",
        "with wanted (id) as (select value::bigint from json_array_elements_text($1::json))
         select account_id, key from account_session where account_id in (select id from wanted)
         union all
         select account_id, cast(max(id) as text) from security_event where account_id in (select id from wanted) group by account_id
         order by 1, 2",
    );
    let accounts = serde_json::json!(accounts).to_string();
    fetch!(connection, fetch_all, sqlx::query_as(text).bind(&accounts))
}
