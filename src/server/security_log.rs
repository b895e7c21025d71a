//! What happened to an account, noted for its owner to read.

use crate::{
    domain::{
        security_event::{SecurityEvent, SecurityEventKind},
        timestamp::Timestamp,
    },
    server::{
        db::{
            Connection, Database,
            security_event::{self, EventRow, NewEvent},
        },
        error::{ServerError, chain},
        request::Scope,
        state::AppState,
        user_agent,
    },
};

/// Seconds within which a kind of event that strangers cause is noted once, so that they cannot fill the list.
const STRANGERS_PAUSE: i64 = 10 * 60;

/// Notes an event in the transaction of what it tells.
pub async fn note(connection: Connection<'_>, scope: &Scope, account: i64, kind: SecurityEventKind) -> Result<(), sqlx::Error> {
    let (device, at) = (scope.device(), scope.state.clock().now());
    let address = device.address.map(|address| address.to_string());
    let event = NewEvent { account, kind: kind.as_str(), at, user_agent: &device.user_agent, address };
    let is_strangers = matches!(
        kind,
        SecurityEventKind::LogInFailed
            | SecurityEventKind::CodeFailed
            | SecurityEventKind::PasskeyRefused
            | SecurityEventKind::ResetRequested
    );
    security_event::insert(connection, &event, is_strangers.then(|| at.plus(-STRANGERS_PAUSE))).await
}

/// Notes in the same way what an operator did, who has no browser.
pub async fn note_of_operator(
    connection: Connection<'_>,
    state: &AppState,
    account: i64,
    kind: SecurityEventKind,
) -> Result<(), sqlx::Error> {
    let event = NewEvent { account, kind: kind.as_str(), at: state.clock().now(), user_agent: "", address: None };
    security_event::insert(connection, &event, None).await
}

/// Notes an event without another change in the database, in the background: the answer must neither wait nor
/// fail for that, nor reveal by its time that the account exists.
pub fn note_beside(scope: &Scope, account: i64, kind: SecurityEventKind) {
    let scope = scope.clone();
    scope.clone().state.sessions().beside(async move {
        let noted = async { note(scope.state.db().write().await?.connection(), &scope, account, kind).await };
        if let Err(error) = noted.await {
            tracing::warn!(error = chain(&error), kind = kind.as_str(), account, "a security event could not be noted");
        }
    });
}

/// The newest events of an account, up to `most`.
pub async fn of_account(db: &Database, account: i64, most: i64) -> Result<Vec<SecurityEvent>, ServerError> {
    let rows = security_event::of_account(db.read().await?.connection(), account, most).await?;
    Ok(rows.into_iter().filter_map(event).collect())
}

fn event(row: EventRow) -> Option<SecurityEvent> {
    Some(SecurityEvent {
        kind: SecurityEventKind::parse(&row.kind)?,
        at: Timestamp::seconds(row.at),
        device: user_agent::device(&row.user_agent),
        address: row.address.and_then(|address| address.parse().ok()),
    })
}
