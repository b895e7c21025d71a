//! A course about server-side sessions, in short chapters. Each explains one thing and names its code.
//!
//! Read them in this order, or start with your own question. Read the docs of [`crate::server::sessions`], too: they tell what
//! happens to a session, step by step.
//!
//! | chapter | the question it answers |
//! |---|---|
//! | [`no_secret_key`] | Why is there no `SECRET_KEY`? How do JWTs, signed cookies and Redis sessions compare? |
//! | [`cross_site`] | What replaces a CSRF token? |
//! | [`cookie`] | Where is the cookie set, renewed and removed? |
//! | [`lifetimes`] | When does a login end, when a session, when the cookie? |
//! | [`protect`] | How do I protect a page and a server function? |
//! | [`survives`] | What stays at a log in, a log out, an expiry, a restart? |
//! | [`read_and_change`] | How do I read and change a session? Why may my rule run twice? What does 409 mean? |
//! | [`add_a_field`] | How do I add a field? When do I raise the version? |
//! | [`end_of_request`] | Why does tower-sessions not save at the end of a request here? |
//! | [`order`] | How is an order placed once, if it changes the database and the session? |
//! | [`watch`] | How do I see a session with the browser's tools, `sqlite3` and `curl`? |
//! | [`provoke`] | How do I provoke a 409, watch a login expire, and click twenty times at once? |
//! | [`plain_axum`] | What do I copy into an axum application without Leptos? |
//! | [`glossary`] | What does this word mean? |
//! | [`exercises`] | What can I break or build, and which test tells me whether I am right? |
//!
//! More about this shop:
//!
//! | chapter | the question it answers |
//! |---|---|
//! | [`decisions`] | Why is it built like this? |
//! | [`libraries`] | What is each library for, and which traps do they have? What does a first visit download? |
//! | [`proof`] | How is it tested? What happens when something breaks? |
//!
//! `cargo test` compiles and runs the examples of these chapters. `tests/architecture.rs` checks that the tests and files exist that
//! they name. So `make test` fails if a chapter is out of date.

#[doc = include_str!("no_secret_key.md")]
pub mod no_secret_key {}

#[doc = include_str!("cross_site.md")]
pub mod cross_site {}

#[doc = include_str!("cookie.md")]
pub mod cookie {}

#[doc = include_str!("lifetimes.md")]
pub mod lifetimes {}

#[doc = include_str!("survives.md")]
pub mod survives {}

#[doc = include_str!("protect.md")]
pub mod protect {}

#[doc = include_str!("read_and_change.md")]
pub mod read_and_change {}

#[doc = include_str!("add_a_field.md")]
pub mod add_a_field {}

#[doc = include_str!("end_of_request.md")]
pub mod end_of_request {}

#[doc = include_str!("order.md")]
pub mod order {}

#[doc = include_str!("watch.md")]
pub mod watch {}

#[doc = include_str!("provoke.md")]
pub mod provoke {}

#[doc = include_str!("plain_axum.md")]
pub mod plain_axum {}

#[doc = include_str!("glossary.md")]
pub mod glossary {}

#[doc = include_str!("exercises.md")]
pub mod exercises {}

#[doc = include_str!("decisions.md")]
pub mod decisions {}

#[doc = include_str!("libraries.md")]
pub mod libraries {}

#[doc = include_str!("proof.md")]
pub mod proof {}
