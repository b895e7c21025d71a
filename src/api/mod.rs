//! The whole HTTP surface: server functions of about five lines each. Parse, act, answer.
//!
//! Arguments arrive as text and are parsed in the first lines, so that what is wrong with one can be said
//! to a person. A function returns `Err` for a refusal: Leptos brings a plain form back to its page
//! with it, and `server::answers` gives a scripted call its status.

#![expect(missing_docs, reason = "each argument of a server function becomes a field of a generated type")]

pub mod accounts;
pub mod cart;
pub mod catalogue;
pub mod likes;
pub mod own_account;
pub mod own_session;
pub mod passkeys;
pub mod preferences;
pub mod second_factor;
pub mod sessions;
