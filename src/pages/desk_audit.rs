//! `/desk/audit`: what operators and shop keepers did, for a shop keeper alone.

use crate::{
    components::{
        desk_frame::{DeskFrame, DeskTable, PartLinks},
        moment::Moment,
        own_part::private,
    },
    domain::{
        audit::{AuditEntry, Change, NamedAccount, Subject},
        cursor::{Cursor, PageOf},
        desk::{DESK_AUDIT, DeskPage, desk_order},
        desk_products::desk_product,
    },
    pages::not_found::NotFoundPage,
    tr,
    words::say,
};
use leptos::{either::Either, prelude::*};

/// The audit list; for anybody else, the page of what does not exist.
#[component]
pub fn DeskAuditPage() -> impl IntoView {
    private(|request| match request.desk.clone() {
        Some(DeskPage::Audit(page)) => Either::Left(audit_of(page)),
        _ => Either::Right(view! { <NotFoundPage /> }),
    })
}

fn audit_of(page: PageOf<AuditEntry>) -> impl IntoView {
    let address =
        |cursor: Cursor| cursor.parameter().map_or_else(|| DESK_AUDIT.to_owned(), |parameter| format!("{DESK_AUDIT}?{parameter}"));
    let (newer, older) = (page.newer.map(address), page.older.map(address));
    let columns = [tr!("When"), tr!("Who"), tr!("What"), tr!("About"), tr!("Address")];
    let rows = if page.rows.is_empty() {
        view! { <p>{tr!("Nothing was done yet.")}</p> }.into_any()
    } else {
        view! {
            <DeskTable caption=tr!("Acts, the newest first") columns=columns.into()>{page.rows.into_iter().map(row).collect_view()}</DeskTable>
        }
        .into_any()
    };
    view! {
        <DeskFrame title=tr!("Audit list") here=DESK_AUDIT>
            <p class="lead">{tr!("What shop keepers and operators did. Each entry is kept for 400 days.")}</p>
            {rows}
            <PartLinks newer older />
        </DeskFrame>
    }
}

fn row(entry: AuditEntry) -> impl IntoView {
    let AuditEntry { at, by, address, act, subject, changes } = entry;
    let subject = match subject {
        Subject::Order(number) => view! { <a href=desk_order(&number)>{number.to_string()}</a> }.into_any(),
        Subject::Account(account) => name_of(account).into_any(),
        Subject::Product(slug) => view! { <a href=desk_product(&slug)>{slug.to_string()}</a> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><Moment at /></th>
            <td>{by.map_or_else(|| tr!("operator"), name_of)}</td>
            <td>{say(act.name())}{(!changes.is_empty()).then(|| view! { <ul class="kept">{changes.into_iter().map(change_of).collect_view()}</ul> })}</td>
            <td>{subject}</td>
            <td>{address.map(|address| address.to_string())}</td>
        </tr>
    }
}

fn change_of(change: Change) -> impl IntoView {
    let Change { what, from, to } = change;
    view! { <li>{tr!("{value}: “{from}” became “{to}”", value = say(what.label()), from, to)}</li> }
}

fn name_of(account: NamedAccount) -> String {
    let NamedAccount { number, name } = account;
    name.unwrap_or_else(|| tr!("deleted account {number}", number))
}
