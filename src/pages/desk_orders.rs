//! `/desk/orders`: the orders of all buyers, for a shop keeper alone.

use crate::{
    components::{
        desk_frame::{DeskFrame, DeskTable, PartLinks},
        moment::Moment,
        own_part::private,
    },
    domain::{
        desk::{Buyer, DESK_ORDERS, DeskPage, ListedOrder, OrderFilter, OrderList, desk_order},
        order::{OrderStatus, OrderSummary},
    },
    pages::not_found::NotFoundPage,
    tr,
    words::{self, say},
};
use leptos::{either::Either, prelude::*};

/// The list of orders; for anybody else, the page of what does not exist.
#[component]
pub fn DeskOrdersPage() -> impl IntoView {
    private(|request| match request.desk.clone() {
        Some(DeskPage::Orders(list)) => Either::Left(list_of(list)),
        _ => Either::Right(view! { <NotFoundPage /> }),
    })
}

fn list_of(list: OrderList) -> impl IntoView {
    let OrderList { filter, page } = list;
    let (newer, older) = (page.newer.map(|cursor| filter.address(cursor)), page.older.map(|cursor| filter.address(cursor)));
    let columns = [tr!("Number"), tr!("Ordered"), tr!("Status"), tr!("Items"), tr!("Total"), tr!("Buyer")];
    let rows = if page.rows.is_empty() {
        view! { <p role="status">{tr!("No order matches.")} " " <a href=DESK_ORDERS>{tr!("Show all orders")}</a></p> }.into_any()
    } else {
        view! {
            <DeskTable caption=tr!("Orders, the newest first") columns=columns.into()>{page.rows.into_iter().map(row).collect_view()}</DeskTable>
        }
        .into_any()
    };
    view! {
        <DeskFrame title=tr!("Orders") here=DESK_ORDERS>
            <Search filter />
            {rows}
            <PartLinks newer older />
        </DeskFrame>
    }
}

fn row(listed: ListedOrder) -> impl IntoView {
    let ListedOrder { order: OrderSummary { number, status, placed_at, pieces, sums }, buyer } = listed;
    view! {
        <tr>
            <th scope="row"><a href=desk_order(&number)>{number.to_string()}</a></th>
            <td><Moment at=placed_at /></td>
            <td>{say(status.name())}</td>
            <td class="amount">{words::number(pieces)}</td>
            <td class="amount">{sums.total.display(sums.currency)}</td>
            <td>{buyer_name(buyer)}</td>
        </tr>
    }
}

/// What a buyer is called at the desk.
pub fn buyer_name(buyer: Buyer) -> String {
    match buyer {
        Buyer::Account(name) => name,
        Buyer::DeletedAccount => tr!("deleted account"),
        Buyer::Guest => tr!("guest"),
    }
}

/// A form that works without scripts.
#[component]
fn Search(filter: OrderFilter) -> impl IntoView {
    let OrderFilter { status, search } = filter;
    let option = |one: OrderStatus| view! { <option value=one.as_str() selected=status == Some(one)>{say(one.name())}</option> };
    view! {
        <form class="desk-search" action=DESK_ORDERS method="get" role="search" aria-label=tr!("Orders")>
            <div class="field">
                <label for="desk-q">{tr!("Number, e-mail address or product")}</label>
                <input id="desk-q" type="search" name="q" value=search maxlength=OrderFilter::MAX_SEARCH.to_string() aria-describedby="desk-q-note" />
                <p class="field-note" id="desk-q-note">{tr!("A product by the last part of its address, such as desk-lamp.")}</p>
            </div>
            <div class="field">
                <label for="desk-status">{tr!("Status")}</label>
                <select id="desk-status" name="status">
                    <option value="">{tr!("Any")}</option>
                    {OrderStatus::ALL.map(option).collect_view()}
                </select>
            </div>
            <button type="submit" class="button-quiet">{tr!("Show")}</button>
        </form>
    }
}
