//! What a demo would have mailed.

use super::{Browser, TestApp};
use axum::http::StatusCode;

/// A password that nobody guesses.
pub const PASSWORD: &str = "violet tram under snow";

impl TestApp {
    /// The mails written to an address, the oldest first: subject, a line break, and the part without marks.
    pub async fn mails_to(&self, address: &str) -> Vec<String> {
        self.state.sessions().at_rest().await;
        let query = format!("select subject || '\n' || plain from mail where recipient = '{address}' order by id");
        self.database().texts(&query).await
    }

    /// The token in the last mail to an address.
    pub async fn token_for(&self, address: &str) -> String {
        let mails = self.mails_to(address).await;
        let last = mails.last().expect("a mail");
        last.split_once("?token=").and_then(|(_, rest)| rest.lines().next()).expect("a link").to_owned()
    }

    /// A browser logged in to a new account, whose address `{name}@example.com` is confirmed.
    pub async fn member(&self, name: &str) -> Browser {
        let (mut browser, email) = (self.browser(), format!("{name}@example.com"));
        let answer = browser.call("register", &[("username", name), ("email", &email), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let token = self.token_for(&email).await;
        let answer = browser.call("confirm_email", &[("token", &token)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        browser
    }

    /// What a log in with these answers.
    pub async fn try_log_in(&self, login: &str, password: &str) -> StatusCode {
        self.browser().call("log_in", &[("login", login), ("password", password)]).await.status
    }
}
