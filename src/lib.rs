//! Satchel: a shop whose cart lives on the server.
//!
//! One crate, two builds: `ssr` is the server, `hydrate` the WebAssembly of the islands. The layers are
//! folders, and imports point left only:
//!
//! ```text
//! words  <-  domain  <-  error  <-  server  <-  api  <-  components  <-  pages  <-  app
//! ```
//!
//! A feature is a file name: to follow the cart, read `domain/cart.rs` (rules), `server/cart.rs` (session),
//! `api/cart.rs` (HTTP surface), `components/cart_lines.rs`, `pages/cart.rs`. What the server remembers
//! of a visitor, and how it changes safely, is `server/sessions`, the heart of this project. [`learn`] explains it in
//! short chapters, with exercises.

pub mod api;
pub mod app;
pub mod components;
pub mod domain;
pub mod error;
pub mod learn;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
pub mod words;

#[cfg(not(feature = "ssr"))]
use components::words_of_page::OfPage as Voice;
#[cfg(feature = "ssr")]
use server::language::OfRequest as Voice;

/// Where the browser enters: Leptos' script brings the islands to life one by one.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // A release says no more than that something failed: the words for it are a kilobyte of every first visit.
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    leptos::mount::hydrate_islands();
}
