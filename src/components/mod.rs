//! Reusable pieces of pages.
//!
//! An island runs in the browser; everything else is HTML made on the server. Each form here works
//! without scripts. An island only makes it faster.

#![expect(missing_docs, reason = "an island becomes a function and a generated type of props")]

pub mod account;
pub mod add_to_cart;
pub mod announcer;
pub mod attacks;
pub mod bring_cart;
pub mod call;
pub mod cart_badge;
pub mod cart_data;
pub mod cart_lines;
pub mod cart_notices;
pub mod cart_scope;
pub mod checkout_frame;
pub mod coupon;
pub mod credential;
pub mod credentials;
pub mod dashboard_data;
pub mod dashboard_panels;
pub mod desk_frame;
pub mod done;
pub mod event_list;
pub mod flashes;
pub mod forget_me;
pub mod frame;
pub mod kept_data;
pub mod language;
pub mod late;
pub mod later_lines;
pub mod like_button;
pub mod likes_link;
pub mod list_form;
pub mod live_dashboard;
pub mod live_trail;
pub mod login_end;
pub mod login_panels;
pub mod login_watch;
pub mod may_forget;
pub mod moment;
pub mod nothing_found;
pub mod one_stream;
pub mod optimistic_store;
pub mod order_facts;
pub mod order_list;
pub mod order_sums;
pub mod own_part;
pub mod owner_form;
pub mod page_card;
mod pending;
pub mod preload;
pub mod product_card;
pub mod product_pictures;
pub mod recently_viewed;
pub mod refusal;
pub mod request_number;
pub mod rich;
pub mod session_watch;
pub mod share_cart;
pub mod share_picture;
pub mod site_header;
pub mod small_line;
pub mod span;
pub mod spending_chart;
pub mod suggestions;
pub mod tab;
pub mod theme;
pub mod tour;
pub mod trail;
pub mod unsent;
pub mod variant_choice;
pub mod visit_chart;
pub mod webauthn;
pub mod words_of_page;
