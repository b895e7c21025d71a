//! The application under test and a browser that visits it.
//!
//! [`TestApp`] is a whole server in this process with its own database and a clock that is moved
//! by hand; [`Browser`] keeps cookies and calls it with scripts on (data) or off (pages and redirects).

pub mod app;
pub mod authenticator;
pub mod browser;
pub mod cluster;
pub mod collector;
pub mod database;
pub mod faulty;
pub mod held;
pub mod listening;
pub mod log;
pub mod mailbox;
pub mod phone;
pub mod program;
pub mod relay;
pub mod server_database;
pub mod smtp;
#[expect(dead_code, reason = "the benchmark and the torture use more of it")]
pub mod store_server;
pub mod stored;
pub mod tab;
pub mod turns;

pub use app::TestApp;
pub use browser::Browser;
pub use tab::Tab;
