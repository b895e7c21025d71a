//! An open page that listens to its session.

use super::{Browser, TestApp};
use axum::body::Body;
use http_body_util::BodyExt;
use satchel::domain::{session_event::SessionEvent, session_parts::Parts};
use std::time::Duration;
use tower::ServiceExt;

/// A page that knows something, and what it hears.
pub struct Tab {
    body: Body,
    knows: Parts,
}

impl Tab {
    /// A page of this browser that knows its session as it is now.
    pub async fn open(app: &TestApp, browser: &Browser) -> Self {
        // A log in writes its security event in the background. It must not come as news.
        app.state.sessions().at_rest().await;
        let knows = parts_of(app, browser).await;
        Self::knowing(app, browser, knows).await
    }

    /// A page that knows this.
    pub async fn knowing(app: &TestApp, browser: &Browser, knows: Parts) -> Self {
        let address = format!("{}?{knows}", SessionEvent::ADDRESS);
        let request = browser.build("GET", &address).body(Body::empty()).expect("a request");
        let answer = app.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        Self { body: answer.into_body(), knows }
    }

    /// The names of the parts that are other ones now, or `ended` or `changed` where the session is over; nothing if nothing
    /// is heard in time.
    pub async fn hears(&mut self, within: Duration) -> Option<String> {
        let frame = tokio::time::timeout(within, self.body.frame()).await.ok()??.expect("readable");
        let text = String::from_utf8_lossy(frame.data_ref().expect("data")).into_owned();
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let data = field("data: ").expect("data");
        if field("event: ").expect("a type") == SessionEvent::NAME {
            return Some(data);
        }
        let there = Parts::parse(&data);
        let changed: Vec<String> = self.knows.changed(&there).map(str::to_owned).collect();
        self.knows = there;
        Some(changed.join(" "))
    }
}

/// The parts of a browser's session as they are stored, and for whom the pages are.
pub async fn parts_of(app: &TestApp, browser: &Browser) -> Parts {
    let session = app.session_of(browser).await;
    session.parts().await.expect("the database answers").expect("a session")
}
