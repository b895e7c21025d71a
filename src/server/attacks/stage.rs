//! Sends the requests of an attack to the shop itself, and writes each request and its answer down.

use crate::{
    domain::attack::Exchange,
    server::{
        error::ServerError,
        sessions::{Secret, StoredKey, legible::beginning},
    },
    tr,
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
    http::{Method, StatusCode, header},
};
use serde_json::Value;
use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tower::ServiceExt;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 1_024 * 1_024;

/// The shop's router with all its layers, but without the page that plays attacks.
#[derive(Clone, Debug)]
pub struct ShopItself(pub Router);

/// Where an attack is played: a shop, and the requests and answers so far.
pub struct Stage {
    shop: Router,
    host: String,
    cookie: &'static str,
    /// The visitor who plays the attack: the limits of their address count.
    caller: Option<ConnectInfo<SocketAddr>>,
    exchanges: Mutex<Vec<Exchange>>,
}

/// A request.
pub struct Sent<'a> {
    /// Who sends it.
    pub who: &'static str,
    /// `GET` or `POST`.
    pub method: Method,
    /// The path.
    pub path: &'a str,
    /// The form's fields.
    pub fields: &'a [(&'a str, &'a str)],
    /// The value of the session cookie.
    pub cookie: Option<&'a str>,
}

/// The answer to a request.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Where it leads.
    pub location: String,
    /// The value of the session cookie that was set.
    pub cookie: Option<String>,
    /// Whether the cookie was removed.
    pub is_removed: bool,
    /// The body, if it is JSON.
    pub body: Value,
}

impl Reply {
    /// How many pieces the cart has, if the answer is a cart.
    pub fn pieces(&self) -> Option<u64> {
        self.body["count"].as_u64()
    }

    fn told(&self) -> String {
        let mut told = vec![self.status.to_string()];
        if !self.location.is_empty() {
            told.push(tr!("to {address}", address = self.location));
        }
        told.extend(self.body["error"].as_str().map(str::to_owned));
        told.extend(self.pieces().map(in_cart));
        told.extend(self.cookie.as_deref().map(with_id));
        told.extend(self.is_removed.then(|| tr!("the cookie is removed")));
        told.join(" · ")
    }
}

/// The first letters of an id.
pub fn hint(value: &str) -> String {
    format!("{}…", beginning(value).0)
}

/// That an answer sets this id.
pub fn with_id(value: &str) -> String {
    tr!("Set-Cookie with the id {id}", id = hint(value))
}

/// How many pieces a cart has.
pub fn in_cart(pieces: u64) -> String {
    tr!("items in the cart: {pieces}", pieces)
}

/// The key under which the session of a cookie is stored.
pub fn key_of(value: &str) -> Option<StoredKey> {
    Secret::parse(value).map(Secret::key)
}

impl Stage {
    /// An empty stage for the shop at this address, whose session cookie has this name.
    pub fn new(shop: Router, base_url: &str, cookie: &'static str, caller: Option<ConnectInfo<SocketAddr>>) -> Self {
        let host = base_url.split_once("://").map_or(base_url, |(_, host)| host).to_owned();
        Self { shop, host, cookie, caller, exchanges: Mutex::default() }
    }

    /// The same shop, with nothing written down.
    #[must_use]
    pub fn another(&self) -> Self {
        let Self { shop, host, cookie, caller, exchanges: _ } = self;
        Self { shop: shop.clone(), host: host.clone(), cookie, caller: *caller, exchanges: Mutex::default() }
    }

    /// Sends a request, and writes it down with its answer.
    pub async fn send(&self, sent: Sent<'_>) -> Result<Reply, ServerError> {
        let (who, request, cookie) = (sent.who, told(&sent), sent.cookie.map(hint));
        let reply = self.ask(sent).await?;
        self.note(Exchange { who, request, cookie, answer: reply.told() });
        Ok(reply)
    }

    /// Sends a request, and writes nothing down.
    pub async fn ask(&self, sent: Sent<'_>) -> Result<Reply, ServerError> {
        let form: Vec<String> = sent.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        // A script asks for JSON, and a visitor for a page.
        let accept = if sent.path.starts_with("/api/") { "application/json" } else { "text/html" };
        let mut request = Request::builder().method(sent.method).uri(sent.path).header(header::HOST, &self.host);
        request = request.header(header::ACCEPT, accept).header(header::USER_AGENT, "Satchel playing an attack on itself");
        if let Some(value) = sent.cookie {
            request = request.header(header::COOKIE, format!("{}={value}", self.cookie));
        }
        if let Some(caller) = self.caller {
            request = request.extension(caller);
        }
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(form.join("&")));
        let request = request.map_err(|_| ServerError::Layer("a request of ours"))?;
        let Ok(response) = self.shop.clone().oneshot(request).await;
        let prefix = format!("{}=", self.cookie);
        let (head, body) = response.into_parts();
        let mut cookies = head.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok()?.strip_prefix(&prefix));
        let value = cookies.next_back().map(|line| line.split(';').next().unwrap_or_default().to_owned());
        let location = head.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let body = to_bytes(body, LONGEST).await.unwrap_or_default();
        let is_removed = value.as_deref() == Some("");
        let cookie = value.filter(|value| !value.is_empty());
        Ok(Reply { status: head.status, location, cookie, is_removed, body: serde_json::from_slice(&body).unwrap_or_default() })
    }

    /// Writes an exchange down.
    pub fn note(&self, exchange: Exchange) {
        self.written().push(exchange);
    }

    /// Everything that was written down.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.written().clone()
    }

    fn written(&self) -> MutexGuard<'_, Vec<Exchange>> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is sent, without its secrets.
fn told(sent: &Sent<'_>) -> String {
    let field = |(name, value): &(&str, &str)| if *name == "password" { format!("{name}=…") } else { format!("{name}={value}") };
    let fields: Vec<String> = sent.fields.iter().map(field).collect();
    format!("{} {} {}", sent.method, sent.path, fields.join("&")).trim_end().to_owned()
}
