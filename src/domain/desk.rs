//! The desk of a shop keeper: its addresses, and what its pages show. To everybody else, nothing is there (`server::keeper`).

use crate::domain::{
    audit::AuditEntry,
    cursor::{Cursor, PageOf},
    desk_products::{NewProduct, ProductAtDesk, ProductList},
    filter::encoded,
    money::{Currency, Money},
    order::{OrderNumber, OrderStatus, OrderSummary, OrderView},
    timestamp::Timestamp,
};

/// The first page of the desk.
pub const DESK: &str = "/desk";
/// The list of orders. The page of one has its number behind that.
pub const DESK_ORDERS: &str = "/desk/orders";
/// The audit list.
pub const DESK_AUDIT: &str = "/desk/audit";
/// The beginning of the addresses of its server functions.
pub const DESK_CALLS: &str = "/api/desk/";

/// Whether an address belongs to the desk.
pub fn is_of_desk(path: &str) -> bool {
    path.strip_prefix(DESK).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || path.starts_with(DESK_CALLS)
}

/// The page of an order at the desk.
pub fn desk_order(number: &OrderNumber) -> String {
    format!("{DESK_ORDERS}/{number}")
}

/// What a page of the desk shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskPage {
    /// The figures of today.
    Today(Today),
    /// A part of the list of orders.
    Orders(OrderList),
    /// An order.
    Order(Box<DeskOrder>),
    /// A part of the list of products.
    Products(ProductList),
    /// A product.
    Product(Box<ProductAtDesk>),
    /// The form of one that is to be added.
    NewProduct(Box<NewProduct>),
    /// A part of the audit list.
    Audit(PageOf<AuditEntry>),
}

/// The figures of a day in UTC, and of this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today {
    /// When the day began.
    pub day: Timestamp,
    /// Orders of the day that were neither cancelled nor declined.
    pub orders: u64,
    /// Pieces in them.
    pub pieces: u64,
    /// What those in the shop's currency come to.
    pub total: Money,
    /// That currency.
    pub currency: Currency,
    /// Accounts that were made on that day.
    pub accounts: u64,
    /// Orders of any day whose payment is not answered yet.
    pub awaiting_payment: u64,
    /// Orders of any day that are to be sent.
    pub to_be_sent: u64,
    /// Carts with something in them.
    pub carts: CartsUnderWay,
}

/// How many carts are under way. Whose they are is not recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CartsUnderWay {
    /// They are being counted for the first time.
    #[default]
    NotYetCounted,
    /// The store of sessions cannot list them.
    NeverCounted,
    /// They were counted.
    Counted {
        /// Live sessions with something in the cart.
        carts: u64,
        /// Pieces in these carts.
        pieces: u64,
        /// When.
        at: Timestamp,
    },
}

/// A part of the list of orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderList {
    /// What is listed.
    pub filter: OrderFilter,
    /// The orders.
    pub page: PageOf<ListedOrder>,
}

/// An order in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedOrder {
    /// The order.
    pub order: OrderSummary,
    /// Who placed it.
    pub buyer: Buyer,
}

/// An order on its page at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskOrder {
    /// The order.
    pub order: OrderView,
    /// Who placed it.
    pub buyer: Buyer,
}

/// Who placed an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Buyer {
    /// The account of this name.
    Account(String),
    /// An account that was deleted since.
    DeletedAccount,
    /// Somebody without an account.
    Guest,
}

/// Which orders are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// In this status only.
    pub status: Option<OrderStatus>,
    /// Of this number, e-mail address or product only; all, if it is empty.
    pub search: String,
}

impl OrderFilter {
    /// More of a search text than this is cut off: no e-mail address has more characters (RFC 5321, 4.5.3.1).
    pub const MAX_SEARCH: usize = 320;

    /// Reads the parameters of an address. A status that does not exist is ignored, not refused.
    pub fn parse(status: &str, search: &str) -> Self {
        Self { status: OrderStatus::parse(status), search: search.trim().chars().take(Self::MAX_SEARCH).collect() }
    }

    /// The address of a part of the list, without default values.
    pub fn address(&self, cursor: Cursor) -> String {
        let status = self.status.map(|status| format!("status={}", status.as_str()));
        let search = (!self.search.is_empty()).then(|| format!("q={}", encoded(&self.search)));
        let query: Vec<String> = [status, search, cursor.parameter()].into_iter().flatten().collect();
        if query.is_empty() { DESK_ORDERS.to_owned() } else { format!("{DESK_ORDERS}?{}", query.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desk_is_below_its_own_addresses_only() {
        for path in ["/desk", "/desk/", "/desk/orders", "/desk/x/y", "/api/desk/", "/api/desk/send_order"] {
            assert!(is_of_desk(path), "{path}");
        }
        for path in ["/", "/desks", "/desk-lamp", "/Desk", "/dashboard/desk", "/api/desk", "/api/deskx", "/?desk"] {
            assert!(!is_of_desk(path), "{path}");
        }
    }

    #[test]
    fn an_address_says_what_is_listed_and_no_more() {
        assert_eq!(OrderFilter::default().address(Cursor::Newest), "/desk/orders");
        let filter = OrderFilter::parse("placed", " a+b@example.com ");
        assert_eq!(filter.address(Cursor::Before(7)), "/desk/orders?status=placed&q=a%2Bb%40example.com&before=7");
        assert_eq!(OrderFilter::parse("lost", &"x".repeat(500)).search.len(), OrderFilter::MAX_SEARCH);
    }
}
