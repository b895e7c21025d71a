//! For whom a page is rendered: for one visitor, or, as a template, for everybody.
//!
//! A template is a page with holes. What belongs to a visitor is rendered as a fragment for each [`Hole`]. A component that
//! shows it takes a [`PageRequest`] or a [`Visitor`]. A template has none, so nothing personal can get into it.

use crate::{
    domain::{
        checkout::CheckoutPage,
        coupon::EnteredCoupon,
        dashboard::DashboardView,
        debug_session::DebugSession,
        desk::DeskPage,
        device::Devices,
        mailbox::Mailbox,
        order::OrderPage,
        own_account::OwnAccount,
        own_session::KeptOfBrowser,
        passkey::Passkeys,
        preferences::Theme,
        second_factor::SecondFactorPage,
        shared_cart::{CartLink, SharedPage},
        spending::OwnOrders,
        visitor::Visitor,
    },
    words::Language,
};
use std::sync::Arc;

/// One request for a page.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// Who asks.
    pub visitor: Arc<Visitor>,
    /// Path and query, as they were asked for.
    pub address: String,
    /// Its number in the log, which a visitor can quote; empty where there is none.
    pub id: String,
    /// Where the visitor's account is logged in, on the page that shows it.
    pub devices: Devices,
    /// What the dashboard shows, on that page.
    pub dashboard: Option<DashboardView>,
    /// The visitor's account, on the page that shows it.
    pub account: Option<OwnAccount>,
    /// What is kept of the visitor's browser, on the page that shows it.
    pub kept: Option<KeptOfBrowser>,
    /// The second factor of the visitor's account, on the page that shows it.
    pub second_factor: Option<SecondFactorPage>,
    /// The account's passkeys, on the page that shows them.
    pub passkeys: Option<Passkeys>,
    /// The link to the visitor's cart, on the page that shows it.
    pub cart_link: Option<CartLink>,
    /// The coupon that the visitor entered, on the page of the cart.
    pub coupon: Option<EnteredCoupon>,
    /// What a shared cart would add, on the page that shows it.
    pub shared: Option<SharedPage>,
    /// What would be ordered, on the pages of the checkout.
    pub checkout: Option<CheckoutPage>,
    /// An order, on its page.
    pub order: Option<OrderPage>,
    /// What the visitor's account ordered, on the dashboard.
    pub orders: Option<OwnOrders>,
    /// The mails of a demo, on the page that shows them.
    pub mailbox: Mailbox,
    /// The session as a demo lets it be watched, on the page that shows it.
    pub debug_session: Option<DebugSession>,
    /// Whether the visitor is a shop keeper, on the dashboard and at the desk.
    pub is_keeper: bool,
    /// What the desk shows, on its pages.
    pub desk: Option<DeskPage>,
}

/// A place in a page for something that belongs to the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hole {
    /// In the head: which like buttons show that they are pressed.
    Likes,
    /// In the document's head: whether the page is light or dark.
    Theme,
    /// In the header: the account's name or the way to log in, and the way to the cart.
    Account,
    /// The cart for the islands, and whose page it is.
    Session,
    /// What was just done.
    Messages,
    /// At the end of some pages: what was looked at before.
    Viewed,
    /// In the footer: the buttons that choose a theme.
    ThemeButtons,
    /// In the footer: "Forget me".
    Forget,
    /// On error pages: the number to quote.
    RequestId,
}

impl Hole {
    /// Every hole.
    pub const ALL: [Self; 9] = [
        Self::Likes,
        Self::Theme,
        Self::Account,
        Self::Session,
        Self::Messages,
        Self::Viewed,
        Self::ThemeButtons,
        Self::Forget,
        Self::RequestId,
    ];

    /// How it looks, if it looks the same for many visitors; `None` if what stands there is one visitor's own.
    pub fn look(self, visitor: &Visitor) -> Option<Look> {
        match self {
            Self::Likes => visitor.likes.products.is_empty().then_some(Look::Empty),
            Self::Messages => visitor.flashes.is_empty().then_some(Look::Empty),
            Self::Viewed => visitor.viewed.is_empty().then_some(Look::Empty),
            Self::Theme | Self::ThemeButtons => Some(Look::Of(visitor.preferences.theme(), visitor.preferences.language)),
            Self::Forget => Some(if visitor.session.is_some() { Look::Filled } else { Look::Empty }),
            Self::Account | Self::Session | Self::RequestId => None,
        }
    }
}

/// What many visitors see in a hole. There are few, so each is rendered once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Look {
    /// Nothing is there.
    Empty,
    /// The same is there for all.
    Filled,
    /// It follows the theme and the language that was chosen.
    Of(Theme, Option<Language>),
}

/// For whom a page is rendered.
#[derive(Clone, Debug)]
pub enum Audience {
    /// For everybody: holes stay open, and are marked.
    Everybody(Marks),
    /// For one visitor: holes are filled at once.
    One(Arc<PageRequest>),
}

/// The marks that stand in a template in place of its holes.
#[derive(Clone, Debug)]
pub struct Marks {
    /// A secret, so that nobody can put a mark into a product's name or an address.
    secret: String,
}

impl Marks {
    /// Marks that nobody can write without knowing this secret.
    pub fn new(secret: String) -> Self {
        Self { secret }
    }

    /// The mark of a hole.
    pub fn of(&self, hole: Hole) -> String {
        format!("<!--{}:{hole:?}-->", self.secret)
    }
}
