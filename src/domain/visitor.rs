//! Who asks for a page and what it shows of their session: plain data, made before rendering.

use crate::{
    domain::{
        cart_view::{CartNotice, CartView},
        flash::Flash,
        likes::LikesView,
        login_left::LoginLeft,
        money::Currency,
        preferences::Preferences,
        product::Slug,
        session_parts::{Parts, number_of_login},
        timestamp::Timestamp,
        typed::Typed,
    },
    tr_mark,
};
use serde::{Deserialize, Serialize};

/// One request's view of its session. There is no default, so a component that shows a visitor must be given one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Who is logged in.
    pub login: Option<LoginView>,
    /// The session behind the request, if there is one.
    pub session: Option<SessionView>,
    /// The cart at today's prices.
    pub cart: CartView,
    /// What the visitor should know about the cart before ordering.
    pub cart_notices: Vec<CartNotice>,
    /// What an undo of the last removal would bring back.
    pub restorable: Vec<Slug>,
    /// What the visitor likes.
    pub likes: LikesView,
    /// What they looked at before, the newest first, as far as this page is to show it.
    pub viewed: Vec<Slug>,
    /// What was just done, as far as this page is to tell it.
    pub flashes: Vec<Flash>,
    /// What was typed into a form that was refused just now.
    pub typed: Option<Typed>,
    /// What they chose about how the shop looks.
    pub preferences: Preferences,
}

impl Visitor {
    /// Somebody without a session, in a shop with this currency.
    pub fn stranger(currency: Currency) -> Self {
        Self {
            login: None,
            session: None,
            cart: CartView::from_lines(Vec::new(), Vec::new(), currency),
            cart_notices: Vec::new(),
            restorable: Vec::new(),
            likes: LikesView::default(),
            viewed: Vec::new(),
            flashes: Vec::new(),
            typed: None,
            preferences: Preferences::default(),
        }
    }

    /// The number of the login that its pages show ([`Parts::LOGIN`]); nothing without a session.
    pub fn login_number(&self) -> Option<u32> {
        let number = self.login.as_ref().map_or(Parts::NOBODY, |login| number_of_login(&login.username, login.at));
        self.session.as_ref().map(|_| number)
    }

    /// Whether the last removal can be undone.
    pub fn can_restore(&self) -> bool {
        !self.restorable.is_empty()
    }
}

/// A login as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginView {
    /// The account's name.
    pub username: String,
    /// When it began.
    pub at: Timestamp,
    /// How it began.
    pub method: LoginMethod,
    /// Whether "remember me" was chosen.
    pub remembered: bool,
    /// When it ends if the shop is not used before.
    pub idle_until: Timestamp,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
    /// What is left of it.
    pub left: LoginLeft,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// When it began.
    pub started_at: Timestamp,
    /// How many visits there were; a new one begins after 30 minutes without a request.
    pub visits: u32,
    /// When its entry expires if the shop is not used before.
    pub expires_at: Timestamp,
}

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginMethod {
    /// By the account's password.
    Password,
    /// By the account's password and a code of its second factor.
    PasswordAndCode,
    /// By creating the account.
    Registration,
    /// By a passkey, whose device verified its user.
    Passkey,
}

impl LoginMethod {
    /// As a session keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PasswordAndCode => "password_and_code",
            Self::Registration => "registration",
            Self::Passkey => "passkey",
        }
    }

    /// For people, behind "you logged in".
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Password => tr_mark!("with your password"),
            Self::PasswordAndCode => tr_mark!("with your password and a code"),
            Self::Registration => tr_mark!("by creating your account"),
            Self::Passkey => tr_mark!("with a passkey"),
        }
    }

    /// Reads what a session keeps. An unknown method counts as the password, which is the usual one.
    pub fn parse(text: &str) -> Self {
        [Self::PasswordAndCode, Self::Registration, Self::Passkey]
            .into_iter()
            .find(|method| method.as_str() == text)
            .unwrap_or(Self::Password)
    }
}
