//! Rules that hold without network, database or clock.
//!
//! Nothing here knows Leptos, Axum or SQL; the browser and the server compile the same code, so both
//! agree on every bound. What lives elsewhere: how a rule's refusal reaches a person (`error`), and
//! where the data is kept (`server`). Start with [`cart`], the subject of this project.

pub mod address;
pub mod attack;
pub mod audit;
pub mod cart;
pub mod cart_change;
pub mod cart_view;
pub mod catalogue;
pub mod checkout;
pub mod correlation;
pub mod coupon;
pub mod cursor;
pub mod dashboard;
pub mod debug_session;
pub mod desk;
pub mod desk_products;
pub mod destination;
pub mod device;
pub mod email;
pub mod field_diff;
pub mod filter;
pub mod flash;
pub mod forgettable;
pub mod lazy_files;
pub mod likes;
pub mod login_left;
pub mod mailbox;
pub mod money;
pub mod order;
pub mod own_account;
pub mod own_path;
pub mod own_session;
pub mod page_request;
pub mod passkey;
pub mod password;
pub mod picture;
pub mod preferences;
pub mod product;
pub mod product_field;
pub mod quantity;
pub mod role;
pub mod second_factor;
pub mod security_event;
pub mod session_event;
pub mod session_parts;
pub mod share_picture;
pub mod shared_cart;
pub mod shop;
pub mod spending;
pub mod suggestion;
pub mod terms;
pub mod timestamp;
pub mod typed;
pub mod username;
pub mod variants;
pub mod viewed;
pub mod visit_days;
pub mod visitor;
pub mod wait;
