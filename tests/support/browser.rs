//! A browser's part: cookies, headers, redirects.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use satchel::{domain::correlation::taken_off, server::session_data::Sessions};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};
use tower::ServiceExt;

/// Keeps cookies and remembers the page it is on.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    host: &'static str,
    pub cookies: BTreeMap<String, String>,
    pub user_agent: &'static str,
    /// `Accept-Language`; empty where it sends none.
    pub language: &'static str,
    /// Where its connections come from, where the server is to know.
    address: Option<IpAddr>,
    /// `X-Forwarded-For`, where it is sent.
    forwarded_for: Option<String>,
    page: String,
    /// What its visits wait for.
    sessions: Option<Sessions>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text()))
    }

    /// The name of the refusal.
    pub fn refusal(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a plain form or a script is led to, without the number by which that page tells what was done.
    pub fn leads_to(&self) -> String {
        let location = self.header(header::LOCATION);
        let address = if location.is_empty() { self.json()["path"].as_str().unwrap_or_default().to_owned() } else { location.to_owned() };
        taken_off(&address).0
    }

    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// The page as a person reads it: without Leptos' marks between texts.
    fn page(&self) -> String {
        self.text().replace("<!>", "")
    }

    #[track_caller]
    pub fn shows(&self, text: &str) {
        assert!(self.page().contains(text), "the page does not show {text:?}:\n{}", self.page());
    }

    #[track_caller]
    pub fn hides(&self, text: &str) {
        assert!(!self.page().contains(text), "the page shows {text:?}");
    }
}

impl Browser {
    pub fn new(router: Router, host: &'static str) -> Self {
        let (address, forwarded_for) = (None, None);
        Self {
            router,
            host,
            cookies: BTreeMap::new(),
            user_agent: "",
            language: "",
            address,
            forwarded_for,
            page: "/".into(),
            sessions: None,
        }
    }

    /// The same at this address.
    pub fn at(self, address: &str) -> Self {
        Self { address: Some(address.parse().expect("an address")), ..self }
    }

    /// One that looks at a page as slowly as people do: what the server does beside a page is done before the next.
    pub fn unhurried(self, sessions: &Sessions) -> Self {
        Self { sessions: Some(sessions.clone()), ..self }
    }

    /// The same with this `X-Forwarded-For`.
    pub fn through(self, forwarded_for: String) -> Self {
        Self { forwarded_for: Some(forwarded_for), ..self }
    }

    /// The session cookie's value.
    pub fn session_id(&self) -> Option<String> {
        self.cookies.get("id").or_else(|| self.cookies.get("__Host-id")).cloned()
    }

    /// Opens a page without following a redirect.
    pub async fn open(&mut self, path: &str) -> Answer {
        let answer = self.request(self.build("GET", path).header(header::ACCEPT, "text/html"), Body::empty()).await;
        if answer.status == StatusCode::OK {
            path.clone_into(&mut self.page);
        }
        answer
    }

    /// Fetches a page before its visitor asks for it, as browsers do while a pointer rests on a link.
    pub async fn ahead(&mut self, path: &str) -> Answer {
        let request = self.build("GET", path).header(header::ACCEPT, "text/html").header("sec-purpose", "prefetch");
        self.request(request, Body::empty()).await
    }

    /// Opens a page, following redirects, and looks at it.
    pub async fn visit(&mut self, path: &str) -> Answer {
        let mut answer = self.open(path).await;
        for _ in 0..5 {
            if !answer.status.is_redirection() {
                if let Some(sessions) = &self.sessions {
                    sessions.at_rest().await;
                }
                return answer;
            }
            let next = self.own(answer.header(header::LOCATION));
            answer = self.open(&next).await;
        }
        panic!("redirected in a circle from {path}")
    }

    /// Calls a server function as a script does.
    pub async fn call(&mut self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.build("POST", &format!("/api/{endpoint}")).header(header::ACCEPT, "application/json");
        self.request(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"), encode(fields).into()).await
    }

    /// Sends a form as a browser without scripts does, from the page it is on, without following.
    pub async fn send(&mut self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .build("POST", &format!("/api/{endpoint}"))
            .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header(header::REFERER, format!("http://{}{}", self.host, self.page))
            .header(header::ORIGIN, format!("http://{}", self.host))
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.request(request, encode(fields).into()).await
    }

    /// Sends a form and looks at the page it leads to.
    pub async fn submit(&mut self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.send(endpoint, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "a plain form is answered by a redirect: {}", answer.text());
        let next = self.own(answer.header(header::LOCATION));
        self.visit(&next).await
    }

    /// The cart as the endpoint tells it.
    pub async fn cart(&mut self) -> Value {
        let answer = self.request(self.build("GET", "/api/cart").header(header::ACCEPT, "*/*"), Body::empty()).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()
    }

    /// `product` × `quantity` of each line, for short comparisons.
    pub async fn lines(&mut self) -> Vec<(String, u64)> {
        self.part("lines").await
    }

    /// The same of what is kept for later.
    pub async fn later(&mut self) -> Vec<(String, u64)> {
        self.part("later").await
    }

    async fn part(&mut self, part: &str) -> Vec<(String, u64)> {
        let cart = self.cart().await;
        let lines = cart[part].as_array().cloned().unwrap_or_default();
        lines
            .iter()
            .map(|line| (line["product"].as_str().unwrap_or_default().to_owned(), line["quantity"].as_u64().unwrap_or_default()))
            .collect()
    }

    /// The liked products, the newest first.
    pub async fn likes(&mut self) -> Vec<String> {
        let answer = self.request(self.build("GET", "/api/likes").header(header::ACCEPT, "*/*"), Body::empty()).await;
        assert_eq!(answer.status, StatusCode::OK);
        let products = answer.json()["products"].as_array().cloned().unwrap_or_default();
        products.iter().filter_map(|product| product.as_str().map(str::to_owned)).collect()
    }

    /// Logs in as the demonstration account.
    pub async fn log_in(&mut self) -> Answer {
        let answer = self.call("log_in", &[("login", "admin"), ("password", "password123")]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer
    }

    /// A request with this browser's host and cookies.
    pub fn build(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut request =
            Request::builder().method(method).uri(path).header(header::HOST, self.host).header(header::USER_AGENT, self.user_agent);
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(SocketAddr::new(address, 50_000)));
        }
        if !self.language.is_empty() {
            request = request.header(header::ACCEPT_LANGUAGE, self.language);
        }
        if let Some(forwarded_for) = &self.forwarded_for {
            request = request.header("x-forwarded-for", forwarded_for);
        }
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn request(&mut self, request: axum::http::request::Builder, body: Body) -> Answer {
        let response = self.router.clone().oneshot(request.body(body).expect("a request")).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        let answer = Answer { status: parts.status, headers: parts.headers, body };
        self.keep_cookies_of(&answer);
        answer
    }

    /// Keeps and drops cookies as an answer says.
    pub fn keep_cookies_of(&mut self, answer: &Answer) {
        for cookie in answer.set_cookies() {
            let (name, rest) = cookie.split_once('=').expect("name=value");
            let value = rest.split(';').next().unwrap_or_default();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name)
            } else {
                self.cookies.insert(name.into(), value.into())
            };
        }
    }

    /// The handles of the account's other logins, as its page lists them.
    pub async fn other_sessions(&mut self) -> Vec<String> {
        let page = self.visit("/dashboard/sessions").await;
        page.shows("<h1>Your logins</h1>");
        let text = page.text();
        let buttons = text.split("<button").filter(|button| button.contains("aria-label=\"End the login of"));
        let handle = |button: &str| Some(button.split_once("value=\"")?.1.split_once('"')?.0.to_owned());
        buttons.filter_map(handle).collect()
    }

    fn own(&self, location: &str) -> String {
        let path = location.strip_prefix(&format!("http://{}", self.host)).unwrap_or(location);
        assert!(path.starts_with('/'), "redirected to another site: {location}");
        path.to_owned()
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect::<String>()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}
