//! A shop under load and its visitors.

use super::{
    http::{Target, VARYING},
    load::{self, Figures},
    server::Child,
    visitors,
};
use std::time::Duration;

/// Connections at once, as in the budgets.
pub const CONNECTIONS: usize = 32;
/// How many visitors there are. They send requests in turn.
pub const FEW: usize = 1_000;

/// A running shop and its visitors.
pub struct Shop {
    /// The server that runs it.
    pub server: Child,
    /// A cookie for each visitor.
    pub cookies: Vec<String>,
}

impl Shop {
    /// Opens a shop over an empty database, with [`FEW`] visitors; their sessions are kept there, or in another store.
    pub async fn open(database: &str, store: Option<&str>) -> Self {
        Self::with(Child::start(database, store)).await
    }

    /// The same with these words and in this environment.
    pub async fn open_with(database: &str, words: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::with(Child::start_with(database, words, environment)).await
    }

    async fn with(server: Child) -> Self {
        let cookies = visitors::begin(server.address, FEW).await;
        Self { server, cookies }
    }

    /// Gives the limit handlers the page as the shop sends it.
    pub async fn prepare_limit(&self) {
        let page = visitors::look(self.server.address, &self.cookies).await;
        self.post("/limit/prepare", &page).once().await;
    }

    /// A page, looked at by the visitors.
    pub fn get(&self, path: &str) -> Target {
        Target::get(self.server.address, path, &self.cookies)
    }

    /// A form, sent by the visitors' scripts.
    pub fn post(&self, path: &str, body: &str) -> Target {
        Target::post(self.server.address, path, &self.cookies, body)
    }

    /// Setting a quantity is the same work as adding, and can be repeated without reaching a limit.
    pub fn change(&self) -> Target {
        self.post("/api/set_quantity", &format!("product=laptop&{VARYING}"))
    }

    /// Measures with [`CONNECTIONS`] connections for that time.
    pub async fn run(&self, target: &Target, span: Duration, per_second: Option<f64>) -> Figures {
        load::run(target, CONNECTIONS, span, per_second, self.server.pid).await
    }
}
