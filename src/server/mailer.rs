//! How a mail is sent: stored in the transaction of what it reports, sent in the background, and tried again for a while.
//!
//! No request waits for the mail server, so neither its time nor its failure reveals who has
//! an account. A process that dies between sending a mail and noting it sends it once more, under the same `Message-ID`.

use crate::{
    domain::{
        mailbox::{KeptMail, Mailbox},
        timestamp::Timestamp,
    },
    server::{
        db::{
            Connection, account_token, audit,
            mail::{self, NewMail, TakenMail},
            preference, security_event,
        },
        error::{ServerError, chain},
        language,
        mail::Mail,
        mail_server::MailServer,
        pictures,
        state::AppState,
    },
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox as MailAddress, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{self, extension::ClientId, response::Category},
};
use std::time::Duration;

/// How often a running server looks for mails to send.
const INTERVAL: Duration = Duration::from_secs(2);
/// How often it throws away what is old.
const CLEANING: Duration = Duration::from_secs(10 * 60);
/// How long the mail server may take for one mail.
const PATIENCE: Duration = Duration::from_secs(30);
/// Seconds for which a mail is the server's that took it: more than [`PATIENCE`], so that no other sends it meanwhile.
const TAKEN_FOR: i64 = 60;
/// Seconds until a mail is tried for the second time; each further time it is twice as long.
const FIRST_WAIT: i64 = 15;
/// Seconds between two tries at most.
const LONGEST_WAIT: i64 = 60 * 60;
/// Seconds for which it is known that there was a mail.
const KEPT_FOR: i64 = 7 * 24 * 60 * 60;
/// Mails that the mailbox of a demo shows.
const SHOWN: i64 = 50;

/// Who gets a mail.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The account it goes with; none for a mail that outlives its account.
    pub account: Option<i64>,
    /// Who is greeted.
    pub username: &'a str,
    /// The address.
    pub email: &'a str,
}

/// Stores a mail, in the language its reader chose; else in that of the request, which may be the reader's own. It is sent soon
/// after the transaction is committed, and never without that.
pub async fn post(mut connection: Connection<'_>, state: &AppState, to: Recipient<'_>, mail: &Mail<'_>) -> Result<(), sqlx::Error> {
    let (config, made_at) = (state.config(), state.clock().now());
    let chosen = match to.account {
        Some(account) => preference::of(connection.reborrow(), account).await?.language,
        None => None,
    };
    let written = language::with(chosen.unwrap_or_else(language::current), || mail.written(to.username, &config.base_url));
    let new = NewMail {
        account: to.account,
        recipient: to.email,
        subject: &written.subject,
        plain: &written.plain,
        html: &written.html,
        made_at,
        next_try_at: config.mail.is_some().then_some(made_at),
        give_up_at: made_at.plus(mail.lifetime()),
    };
    mail::insert(connection, &new).await
}

/// The mails of a shop that sends none.
pub async fn mailbox(state: &AppState) -> Result<Mailbox, ServerError> {
    let kept = mail::newest(state.db().read().await?.connection(), SHOWN).await?;
    let shown = |mail: mail::KeptMail| KeptMail {
        recipient: mail.recipient,
        subject: mail.subject,
        text: mail.plain,
        made_at: Timestamp::seconds(mail.made_at),
    };
    Ok(Mailbox(kept.into_iter().map(shown).collect()))
}

/// Sends what is due, and throws away what is old, for as long as the server runs.
pub async fn run(state: AppState) {
    tokio::join!(keep_sending(&state), keep_clean(&state));
}

async fn keep_sending(state: &AppState) {
    let Some(server) = &state.config().mail else { return };
    let mut rounds = tokio::time::interval(INTERVAL);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        rounds.tick().await;
        match send_due(state, server).await {
            Ok(_) => failing = false,
            // Once for each time the database goes away.
            Err(error) if !std::mem::replace(&mut failing, true) => tracing::error!(error = chain(&error), "could not look for mails"),
            Err(_) => {}
        }
    }
}

async fn keep_clean(state: &AppState) {
    let mut rounds = tokio::time::interval(CLEANING);
    loop {
        rounds.tick().await;
        if let Err(error) = clean(state).await {
            tracing::error!(error = chain(&error), "could not remove old mails, links, events and pictures");
        }
    }
}

/// Removes mails, links, security events and entries of the audit list that are old, and pictures that no product names.
pub async fn clean(state: &AppState) -> Result<(), ServerError> {
    let now = state.clock().now();
    let mut held = state.db().write().await?;
    mail::delete_older(held.connection(), now.plus(-KEPT_FOR)).await?;
    account_token::delete_expired(held.connection(), now).await?;
    security_event::delete_older(held.connection(), now.plus(-security_event::KEPT_FOR)).await?;
    audit::delete_older(held.connection(), now.plus(-audit::KEPT_FOR)).await?;
    drop(held);
    pictures::remove_unused(state.db(), now).await
}

/// Sends every mail that is due, one after another, until one must wait; gives how many were sent.
pub async fn send_due(state: &AppState, server: &MailServer) -> Result<u32, ServerError> {
    let (db, clock) = (state.db(), state.clock());
    let mut sent = 0;
    // Looking takes no lock.
    while mail::is_due(db.read().await?.connection(), clock.now()).await? {
        let now = clock.now();
        let Some(taken) = mail::take(db.write().await?.connection(), now, now.plus(TAKEN_FOR)).await? else { break };
        let host = state.config().authority();
        let outcome = if now >= Timestamp::seconds(taken.give_up_at) { Err(Failure::Late) } else { send(server, host, &taken).await };
        let mut held = db.write().await?;
        match outcome {
            Ok(()) => {
                mail::settle(held.connection(), taken.id, Some(clock.now())).await?;
                sent += 1;
            }
            Err(failure) => {
                let next = clock.now().plus(wait(taken.tries));
                let gives_up = failure.is_final() || next >= Timestamp::seconds(taken.give_up_at);
                // Neither address nor text: more people read the log than the mail.
                tracing::warn!(mail = taken.id, tries = taken.tries, gives_up, error = chain(&failure), "a mail was not sent");
                if gives_up {
                    mail::settle(held.connection(), taken.id, None).await?;
                } else {
                    mail::put_off(held.connection(), taken.id, next).await?;
                    break;
                }
            }
        }
    }
    Ok(sent)
}

/// Seconds until the next try.
fn wait(tries: i64) -> i64 {
    let doublings = u32::try_from(tries.clamp(1, 20) - 1).unwrap_or_default();
    (FIRST_WAIT << doublings).min(LONGEST_WAIT)
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("its time is over")]
    Late,
    #[error("no mail can be made of it")]
    Unwritable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the mail server did not take it")]
    Smtp(#[source] smtp::Error),
    #[error("the mail server did not answer in time")]
    Slow,
}

impl Failure {
    /// Whether another try is useless: 55x says that this mailbox accepts nothing (RFC 5321, 4.2.1). A refused
    /// password or sender can be fixed by an operator, so such a mail is tried again.
    fn is_final(&self) -> bool {
        match self {
            Self::Late | Self::Unwritable(_) => true,
            Self::Smtp(error) => error.is_permanent() && error.status().is_some_and(|code| code.category == Category::MailSystem),
            Self::Slow => false,
        }
    }
}

async fn send(server: &MailServer, host: &str, mail: &TakenMail) -> Result<(), Failure> {
    let message = message(server, host, mail).map_err(Failure::Unwritable)?;
    let transport = transport(server, host).map_err(Failure::Smtp)?;
    match tokio::time::timeout(PATIENCE, transport.send(message)).await {
        Ok(outcome) => outcome.map(drop).map_err(Failure::Smtp),
        Err(_) => Err(Failure::Slow),
    }
}

fn message(server: &MailServer, host: &str, mail: &TakenMail) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
    let to = MailAddress::new(None, mail.recipient.parse()?);
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    Ok(Message::builder()
        .from(server.from().clone())
        .to(to)
        .subject(&mail.subject)
        .message_id(Some(format!("<mail-{}@{}>", mail.id, host.split(':').next().unwrap_or(host))))
        // So that no automatic reply answers it (RFC 3834, 5).
        .raw_header(HeaderValue::new(name, "auto-generated".to_owned()))
        .multipart(MultiPart::alternative_plain_html(mail.plain.clone(), mail.html.clone()))?)
}

fn transport(server: &MailServer, host: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, smtp::Error> {
    let greeting = ClientId::Domain(host.split(':').next().unwrap_or(host).to_owned());
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(server.url())?;
    Ok(builder.hello_name(greeting).timeout(Some(PATIENCE)).build())
}

/// Whether the mail server answers and takes our password.
pub async fn check(server: &MailServer, host: &str) -> Result<(), MailServerError> {
    let transport = transport(server, host)?;
    match tokio::time::timeout(PATIENCE, transport.test_connection()).await {
        Ok(answer) => {
            if answer? {
                Ok(())
            } else {
                Err(MailServerError::Silent)
            }
        }
        Err(_) => Err(MailServerError::Silent),
    }
}

/// Why no mail can be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailServerError {
    /// It refuses.
    #[error("the mail server refuses")]
    Smtp(#[from] smtp::Error),
    /// It says nothing.
    #[error("the mail server does not answer")]
    Silent,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_become_rarer_up_to_one_an_hour() {
        assert_eq!([1, 2, 3, 9, 10, 1_000].map(wait), [15, 30, 60, 3_600, 3_600, 3_600]);
    }
}
