//! An authenticator app, and the recovery codes that lie beside it.

use super::{Browser, TestApp, browser::Answer};
use axum::http::StatusCode;
use satchel::server::clock::Clock;
use totp_rs::{Builder, Secret, Totp};

/// What its owner has of a second factor.
pub struct Phone {
    totp: Totp,
    /// The recovery codes as the page showed them.
    pub recovery_codes: Vec<String>,
}

impl Phone {
    /// An app that was told the secret which a page shows.
    pub fn scans(page: &Answer) -> Self {
        let secret = between(&page.text(), "<code class=\"secret\">", "</code>").remove(0);
        let secret = Secret::try_from_base32(secret.replace(' ', "")).expect("base32");
        Self { totp: Builder::new().with_secret(secret).build().expect("160 bits"), recovery_codes: Vec::new() }
    }

    /// The code it shows so many seconds from now.
    pub fn code_in(&self, app: &TestApp, seconds: i64) -> String {
        self.totp.generate(u64::try_from(app.clock.now().plus(seconds).get()).expect("after 1970")).to_string()
    }

    /// The code it shows now.
    pub fn code(&self, app: &TestApp) -> String {
        self.code_in(app, 0)
    }

    /// The secret in base32.
    pub fn secret(&self) -> String {
        self.totp.secret().to_base32()
    }
}

/// The recovery codes that a page shows.
pub fn recovery_codes(page: &Answer) -> Vec<String> {
    between(&page.text(), "<li><code>", "</code></li>")
}

fn between(text: &str, before: &str, after: &str) -> Vec<String> {
    text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0.to_owned())).collect()
}

impl TestApp {
    /// Turns the second factor on of whoever is logged in. The code of now is used up by that.
    pub async fn turn_on_second_factor(&self, browser: &mut Browser) -> Phone {
        let page = browser.submit("begin_second_factor", &[]).await;
        let mut phone = Phone::scans(&page);
        let page = browser.submit("turn_on_second_factor", &[("code", &phone.code(self))]).await;
        phone.recovery_codes = recovery_codes(&page);
        assert_eq!(phone.recovery_codes.len(), 10, "{}", page.text());
        phone
    }

    /// A browser whose log in by password waits for a code.
    pub async fn half_way(&self, login: &str, password: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.call("log_in", &[("login", login), ("password", password)]).await;
        assert_eq!((answer.status, answer.json()["path"].as_str()), (StatusCode::OK, Some("/login/code")), "{}", answer.text());
        browser
    }
}
