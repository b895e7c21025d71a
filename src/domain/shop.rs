//! What the pages tell about the shop itself.

use crate::domain::terms::Terms;
use std::sync::Arc;

/// Facts that are the same for every visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shop {
    /// Whether this is the demonstration, with its account on the log-in page.
    pub demo: bool,
    /// Whether carts and logins may be lost at a restart, because the store keeps them in memory only.
    pub forgets: bool,
    /// Whether one can log in with a passkey: the shop has a host name.
    pub passkeys: bool,
    /// What it asks for beside its prices.
    pub terms: Terms,
}

/// The shop's origin as browsers see it (`SATCHEL_BASE_URL`), for addresses that leave the shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin(pub Arc<str>);

/// The language of the catalogue's texts (BCP 47), where a page is in another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherLanguage(pub Arc<str>);

/// The demonstration account; it cannot exist in production.
#[derive(Clone, Copy, Debug)]
pub struct DemoAccount;

impl DemoAccount {
    /// Its user name.
    pub const USERNAME: &'static str = "admin";
    /// Its address.
    pub const EMAIL: &'static str = "admin@example.com";
    /// Its password, shown on the log-in page.
    pub const PASSWORD: &'static str = "password123";
}

/// The coupon that a demonstration has to try; it cannot exist in production.
#[derive(Clone, Copy, Debug)]
pub struct DemoCoupon;

impl DemoCoupon {
    /// Its code, shown on the page of the cart.
    pub const CODE: &'static str = "WELCOME10";
    /// What it takes off, in hundredths of a percent.
    pub const HUNDREDTHS: u16 = 1_000;
}
