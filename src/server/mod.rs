//! What the browser never downloads: settings, layers, sessions, accounts, the database.
//!
//! A request enters at [`router`], is recognised in [`visitor::recognise`], and reaches a server
//! function's body through [`request`]. The heart is [`sessions`]; the only SQL is in [`db`].

pub mod account_email;
pub mod accounts;
pub mod admission;
pub mod answers;
pub mod assets;
pub mod builds;
pub mod cart;
pub mod catalogue;
pub mod client_address;
pub mod clock;
pub mod codings;
pub mod commands;
pub mod config;
pub mod credentials;
pub mod db;
pub mod demo_account;
pub mod devices;
pub mod email;
pub mod environment;
pub mod error;
pub mod gate;
pub mod gzip;
pub mod headers;
pub mod known_device;
pub mod limits;
pub mod listen;
pub mod log;
pub mod mail;
pub mod mail_server;
pub mod mailer;
pub mod metrics;
pub mod own_account;
pub mod password_hash;
pub mod password_reset;
pub mod plain_form;
pub mod private_file;
pub mod probes;
pub mod render;
pub mod request;
pub mod request_body;
pub mod router;
pub mod search;
pub mod security_log;
pub mod serve;
pub mod session_data;
pub mod sessions;
pub mod state;
pub mod template;
pub mod throttle;
pub mod token;
pub mod user_agent;
pub mod visitor;
