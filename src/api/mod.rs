//! The whole HTTP surface: server functions of about five lines each. Parse, act, answer.
//!
//! Arguments arrive as text and are parsed in the first lines, so that the visitor gets a sentence that says which value is wrong.
//! A function returns `Err` for a refusal. Leptos then leads a plain form back to its page, and `server::answers` gives the answer to
//! a script its status.

#![expect(missing_docs, reason = "each argument of a server function becomes a field of a generated type")]

pub mod accounts;
pub mod cart;
pub mod catalogue;
pub mod checkout;
pub mod coupons;
pub mod dashboard;
pub mod debug;
pub mod desk;
pub mod desk_products;
pub mod likes;
pub mod orders;
pub mod own_account;
pub mod own_session;
pub mod passkeys;
pub mod preferences;
pub mod second_factor;
pub mod sessions;
pub mod viewed;
