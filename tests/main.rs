//! Black-box tests: everything goes through the router, as a browser would, each test on a database of its own.

#![expect(clippy::expect_used, reason = "a test states its beliefs")]

mod properties;
mod support;

mod accounts;
mod architecture;
mod builds;
mod cart;
mod catalogue;
mod checkout;
mod conformance;
mod coupons;
mod dashboard;
mod debug_session;
mod desk;
mod desk_orders;
mod desk_pictures;
mod desk_products;
mod finding;
mod flashes;
mod forms;
mod front_door;
mod fuzzing;
mod likes;
mod limits;
mod listening;
mod mails;
mod odd_requests;
mod operations;
mod orders;
mod own_account;
mod own_session;
mod pages;
mod passkeys;
mod password_reset;
mod plain_axum;
mod preferences;
mod search_engines;
mod second_factor;
mod sessions;
mod settings;
mod share_picture;
mod shared_cart;
mod stay;
mod survival;
mod templates;
mod traces;
mod viewed;
mod words;
