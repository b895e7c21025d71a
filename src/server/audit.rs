//! The audit list: what operators and keepers did, noted in the transaction of the act. Nothing but time removes an entry.

use crate::{
    domain::{
        audit::{Act, AuditEntry, Change, NamedAccount, Subject},
        cursor::{ASKED, Cursor, PageOf},
        order::OrderNumber,
        product::Slug,
        role::Role,
        timestamp::Timestamp,
    },
    server::{
        db::{
            Database, Transaction,
            audit::{self, EntryRow, NewEntry},
            role,
        },
        error::ServerError,
        keeper::Keeper,
        state::AppState,
    },
};
use std::net::IpAddr;

/// Who acts.
#[derive(Clone, Copy, Debug)]
pub enum Actor {
    /// Somebody with the program on a server.
    Operator,
    /// A keeper, from this address.
    Keeper(Keeper, Option<IpAddr>),
}

/// What is acted on.
#[derive(Clone, Copy, Debug)]
pub enum On<'a> {
    /// An order.
    Order(&'a OrderNumber),
    /// An account.
    Account(i64),
    /// A product, and what changed of it.
    Product(&'a str, &'a [Change]),
}

/// Notes an act in its transaction. A keeper whose role was taken since the request came in may act no more: the whole act is
/// refused then. Until the transaction ends, nobody can take the role away.
pub async fn note(transaction: &mut Transaction, state: &AppState, by: Actor, act: Act, on: On<'_>) -> Result<(), ServerError> {
    let (account, address) = match by {
        Actor::Operator => (None, None),
        Actor::Keeper(keeper, address) => (Some(keeper.account()), address),
    };
    if let Some(account) = account
        && role::hold(transaction.connection(), account).await? != Some(Role::Keeper)
    {
        return Err(ServerError::SessionGone);
    }
    let (subject, subject_account) = match on {
        On::Order(number) => (Some(number.as_str()), None),
        On::Account(account) => (None, Some(account)),
        On::Product(slug, _) => (Some(slug), None),
    };
    let changes = match on {
        On::Product(_, changes) if !changes.is_empty() => Some(serde_json::to_string(changes)?),
        _ => None,
    };
    let address = address.map(|address| address.to_string());
    let entry = NewEntry { at: state.clock().now(), account, address, act: act.as_str(), subject, subject_account, changes };
    Ok(audit::insert(transaction.connection(), &entry).await?)
}

/// A page of the list.
pub async fn page(db: &Database, cursor: Cursor) -> Result<PageOf<AuditEntry>, ServerError> {
    let rows = audit::page(db.read().await?.connection(), cursor, ASKED).await?;
    let PageOf { rows, newer, older } = PageOf::of(rows.into_iter().map(|row| (row.id, row)).collect(), cursor);
    Ok(PageOf { rows: rows.into_iter().filter_map(entry).collect(), newer, older })
}

/// What an account did, and what was done to it; the newest first.
pub async fn of_account(db: &Database, account: i64) -> Result<Vec<AuditEntry>, ServerError> {
    let rows = audit::of_account(db.read().await?.connection(), account).await?;
    Ok(rows.into_iter().filter_map(entry).collect())
}

/// An entry as it is shown; nothing of one that only a newer release can read.
fn entry(row: EntryRow) -> Option<AuditEntry> {
    let named = |number: Option<i64>, name| number.map(|number| NamedAccount { number, name });
    let act = Act::parse(&row.act)?;
    let subject = match row.subject {
        Some(slug) if act.is_of_product() => Subject::Product(Slug::parse(&slug).ok()?),
        Some(number) => Subject::Order(OrderNumber::parse(&number).ok()?),
        None => Subject::Account(named(row.subject_account_id, row.subject_username)?),
    };
    Some(AuditEntry {
        at: Timestamp::seconds(row.at),
        by: named(row.account_id, row.username),
        address: row.address.and_then(|address| address.parse().ok()),
        act,
        subject,
        changes: row.changes.and_then(|changes| serde_json::from_str(&changes).ok()).unwrap_or_default(),
    })
}
