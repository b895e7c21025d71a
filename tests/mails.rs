//! How mails are kept, sent, tried again and shown.

use crate::support::{TestApp, mailbox::PASSWORD, smtp::SmtpServer};
use axum::http::StatusCode;
use satchel::server::{
    config::Mode,
    mail::{Mail, PasskeysThen},
    mailer::{self, Recipient},
    token::Token,
};
use std::time::Duration;

/// Writes a mail to `ada@example.com` down, as a change would.
async fn post(app: &TestApp, mail: &Mail<'_>) {
    let to = Recipient { account: None, username: "ada", email: "ada@example.com" };
    let mut transaction = app.state.db().begin().await.expect("a transaction");
    mailer::post(transaction.connection(), &app.state, to, mail).await.expect("written");
    transaction.commit().await.expect("committed");
}

async fn waiting(app: &TestApp) -> i64 {
    app.database().number("select count(*) from mail where next_try_at is not null").await
}

/// How many mails still hold an address or a word.
async fn with_content(app: &TestApp) -> i64 {
    app.database().number("select count(*) from mail where recipient <> '' or subject <> '' or plain <> '' or html <> ''").await
}

#[tokio::test]
async fn a_mail_is_sent_in_two_parts_and_keeps_nothing_but_its_times() {
    let server = SmtpServer::start().await;
    let app = TestApp::in_mode(Mode::Production).await.with_mail_server(server.url()).await;
    let token = Token::random();
    post(&app, &Mail::ResetPassword(&token)).await;
    assert_eq!(app.send_mails().await, 1);
    let [mail] = &server.received()[..] else { panic!("one mail") };
    assert_eq!(mail.to, "ada@example.com");
    let text = mail.text();
    for part in [
        "From: Satchel <shop@shop.example>",
        "Subject: Set a new password",
        "Auto-Submitted: auto-generated",
        "@shop.example>",
        "multipart/alternative",
        "text/plain",
        "text/html",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let link = format!("https://shop.example/reset-password?token={}", token.expose());
    assert_eq!(text.matches(&link).count(), 2, "in both parts:\n{text}");
    assert_eq!((waiting(&app).await, with_content(&app).await), (0, 0));
    assert_eq!(app.database().number("select count(*) from mail where sent_at is not null").await, 1);
    app.advance(8 * 86_400).await;
    mailer::clean(&app.state).await.expect("cleaned");
    assert_eq!(app.database().number("select count(*) from mail").await, 0);
}

#[tokio::test]
async fn a_mail_whose_change_is_not_made_is_not_sent() {
    let server = SmtpServer::start().await;
    let app = TestApp::in_mode(Mode::Production).await.with_mail_server(server.url()).await;
    let to = Recipient { account: None, username: "ada", email: "ada@example.com" };
    let mut transaction = app.state.db().begin().await.expect("a transaction");
    mailer::post(transaction.connection(), &app.state, to, &Mail::PasswordChanged(PasskeysThen::None)).await.expect("written");
    drop(transaction);
    assert_eq!((app.send_mails().await, server.received().len()), (0, 0));
}

#[tokio::test]
async fn a_mail_server_that_is_dead_gets_the_mail_when_it_is_back() {
    let dead = SmtpServer::start().await;
    let (url, port) = (dead.url(), dead.port());
    drop(dead);
    let app = TestApp::in_mode(Mode::Production).await.with_mail_server(url).await;
    post(&app, &Mail::PasswordChanged(PasskeysThen::None)).await;
    for tries in 1..=3 {
        assert_eq!(app.send_mails().await, 0);
        assert_eq!(app.database().number("select tries from mail").await, tries);
        assert_eq!(app.send_mails().await, 0);
        assert_eq!(app.database().number("select tries from mail").await, tries, "not at once again");
        app.advance(3_600).await;
    }
    // No page waits for it or fails.
    let fields = [("username", "bob"), ("email", "bob@example.com"), ("password", PASSWORD)];
    assert_eq!(app.browser().call("register", &fields).await.status, StatusCode::OK);
    let back = SmtpServer::on(port, "250 taken").await;
    assert_eq!(app.send_mails().await, 2);
    assert_eq!((waiting(&app).await, with_content(&app).await), (0, 0));
    let received = back.received();
    assert_eq!(received.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["ada@example.com", "bob@example.com"]);
    assert!(received[1].text().contains("https://shop.example/confirm-email?token="));
}

#[tokio::test]
async fn a_running_shop_sends_by_itself_and_an_operator_can_ask_whether_it_could() {
    let server = SmtpServer::start().await;
    let app = TestApp::in_mode(Mode::Production).await.with_mail_server(server.url()).await;
    let mail = app.state.config().mail.clone().expect("a mail server");
    mailer::check(&mail, "shop.example").await.expect("it answers");
    post(&app, &Mail::PasswordChanged(PasskeysThen::None)).await;
    let running = tokio::spawn(mailer::run(app.state.clone()));
    let sent = async {
        while server.received().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), sent).await.expect("within a round");
    running.abort();
    drop(server);
    mailer::check(&mail, "shop.example").await.expect_err("it is away");
}

#[tokio::test]
async fn a_mail_that_is_of_no_use_any_more_is_given_up() {
    let dead = SmtpServer::start().await;
    let (url, port) = (dead.url(), dead.port());
    drop(dead);
    let app = TestApp::in_mode(Mode::Production).await.with_mail_server(url).await;
    let token = Token::random();
    post(&app, &Mail::ResetPassword(&token)).await;
    assert_eq!(app.send_mails().await, 0);
    app.advance(11 * 60).await;
    let back = SmtpServer::on(port, "250 taken").await;
    assert_eq!((app.send_mails().await, back.received().len()), (0, 0), "its link is dead");
    assert_eq!((waiting(&app).await, with_content(&app).await), (0, 0));
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_tried_once_and_a_full_one_again() {
    for (answer, left) in [("550 no such mailbox", 0), ("452 full", 1), ("535 who are you", 1)] {
        let server = SmtpServer::on(0, answer).await;
        let app = TestApp::in_mode(Mode::Production).await.with_mail_server(server.url()).await;
        post(&app, &Mail::PasswordChanged(PasskeysThen::None)).await;
        assert_eq!((app.send_mails().await, waiting(&app).await), (0, left), "{answer}");
        assert_eq!(with_content(&app).await, left, "{answer}");
    }
}

#[tokio::test]
async fn two_nodes_send_a_mail_once() {
    let server = SmtpServer::start().await;
    let app = TestApp::in_mode(Mode::Production).await.with_mail_server(server.url()).await;
    let other = app.with_mail_server(server.url()).await;
    for _ in 0..20 {
        post(&app, &Mail::PasswordChanged(PasskeysThen::None)).await;
    }
    let (one, two) = tokio::join!(app.send_mails(), other.send_mails());
    assert_eq!((one + two, server.received().len()), (20, 20));
}

#[tokio::test]
async fn a_demo_sends_nothing_and_shows_its_mails() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/dev/mailbox").await.shows("No mail was written yet.");
    let token = Token::random();
    post(&app, &Mail::ConfirmEmail(&token)).await;
    assert_eq!(waiting(&app).await, 0);
    let page = browser.visit("/dev/mailbox").await;
    page.shows("<h1>Mailbox</h1>");
    page.shows("Please confirm your e-mail address");
    page.shows("ada@example.com");
    let link = format!("http://127.0.0.1:3000/confirm-email?token={}", token.expose());
    page.shows(&format!("<a href=\"{link}\">{link}</a>"));
    let shop = app.reopened(Mode::Production).await;
    let answer = shop.browser().open("/dev/mailbox").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    answer.hides("ada@example.com");
    answer.shows("There is nothing at this address.");
    for path in ["/dev/mailbox/", "/dev//mailbox", "/dev/mailbox?x", "/DEV/mailbox", "/dev/%6dailbox"] {
        let answer = shop.browser().open(path).await;
        answer.hides("ada@example.com");
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}
