//! One file per page, named like its address; [`catalogue`] is `/`.
//!
//! A page is rendered on the server from plain data that is in the context already (`Visitor`,
//! `Catalogue`, `Shop`). It loads nothing, waits for nothing and writes nothing.

pub mod account;
pub mod cart;
pub mod catalogue;
pub mod checkout_address;
pub mod checkout_delivery;
pub mod checkout_review;
pub mod confirm_email;
pub mod dashboard;
pub mod debug_session;
pub mod desk;
pub mod desk_audit;
pub mod desk_new_product;
pub mod desk_order;
pub mod desk_orders;
pub mod desk_product;
pub mod desk_products;
pub mod devices;
pub mod forgot_password;
pub mod likes;
pub mod login;
pub mod login_code;
pub mod mailbox;
pub mod not_found;
pub mod order;
pub mod passkeys;
pub mod preferences;
pub mod product;
pub mod register;
pub mod reset_password;
pub mod second_factor;
pub mod session;
pub mod shared_cart;
