//! How the log is written, for people on a terminal and for programs elsewhere; and what it tells of accounts.

use crate::server::{
    config::LogFormat,
    traces::{self, Traces},
};
use std::{io::IsTerminal, net::IpAddr};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// What the span around each request is known by; its fields stand on every line that the request causes.
pub const REQUEST: &str = "satchel::request";

/// What is logged where `RUST_LOG` says nothing. tower-sessions tells its own errors; ours tell the same with a cause.
const USUAL: &str = "info,tower_sessions=error,tower_sessions_core=error";

/// Starts the log, on the standard error output, and traces beside it, if there are any.
pub fn start(format: LogFormat, traces: Option<&Traces>) {
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match format {
        // The names of colours are noise in a file. Who sets NO_COLOR wants none anywhere (no-color.org).
        LogFormat::Text => {
            let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            log.with_ansi(std::io::stderr().is_terminal() && !unwanted).boxed()
        }
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).boxed(),
    };
    tracing_subscriber::registry().with(log.with_filter(filter())).with(traces.map(Traces::layer)).init();
}

/// What `RUST_LOG` says, but for three things: a line always names its request, spans of traces are no part of it, and neither is
/// what webauthn-rs-core says, which holds bytes that a visitor sent.
fn filter() -> EnvFilter {
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| USUAL.into());
    let fixed = [format!("{REQUEST}=error"), format!("{}=off", traces::TARGET), "webauthn_rs_core=off".to_owned()];
    fixed.iter().filter_map(|rule| rule.parse().ok()).fold(wanted, EnvFilter::add_directive)
}

/// What happens to accounts and logins, for whoever has to find out later what was done by whom (OWASP ASVS 5.0, 16.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthEvent {
    /// An account was made by its owner.
    Registered,
    /// The password was right, or a passkey, and a session belongs to the account now.
    LoggedIn,
    /// An unknown account, or a wrong password.
    LogInRefused,
    /// The password was right, or a passkey, and the account is disabled.
    DisabledRefused,
    /// A passkey that is unknown, removed or another's, or an answer that does not fit.
    PasskeyRefused,
    /// A passkey that was right but for its count: somebody may have a copy of it.
    PasskeyCounterBack,
    /// The owner added a passkey.
    PasskeyAdded,
    /// The owner removed a passkey.
    PasskeyRemoved,
    /// The owner ended the session they used.
    LoggedOut,
    /// The owner ended another session of theirs.
    SessionEnded,
    /// The owner ended all sessions but the one they used.
    OthersEnded,
    /// The stored hash was of weaker parameters; the password is the same.
    HashReplaced,
    /// The owner changed the password.
    PasswordChanged,
    /// The owner set another password by a mailed link.
    PasswordReset,
    /// The password was right, and the log in waits for a code.
    CodeAsked,
    /// The password was right, and the code wrong.
    CodeRefused,
    /// The owner turned the second factor on.
    SecondFactorOn,
    /// The owner turned the second factor off.
    SecondFactorOff,
    /// An operator turned the second factor off.
    SecondFactorReset,
    /// The owner made new recovery codes.
    RecoveryCodesMade,
    /// A recovery code was used up.
    RecoveryCodeUsed,
    /// The owner confirmed the account's e-mail address.
    EmailConfirmed,
    /// An operator gave the account another password.
    PasswordSet,
    /// An operator gave the account a role.
    RoleGranted,
    /// An operator took its role.
    RoleWithdrawn,
    /// An operator forbade the account to log in.
    Disabled,
    /// An operator allowed it again.
    Enabled,
    /// The account was removed.
    Deleted,
}

impl AuthEvent {
    fn sentence(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::LoggedIn => "logged in",
            Self::LogInRefused => "log in refused",
            Self::DisabledRefused => "log in refused: the account is disabled",
            Self::PasskeyRefused => "passkey refused",
            Self::PasskeyCounterBack => "passkey refused: its counter did not move on, so there may be a copy of it",
            Self::PasskeyAdded => "passkey added",
            Self::PasskeyRemoved => "passkey removed",
            Self::LoggedOut => "logged out",
            Self::SessionEnded => "ended another session",
            Self::OthersEnded => "ended all other sessions",
            Self::HashReplaced => "password hash replaced by one of today's parameters",
            Self::PasswordChanged => "password changed",
            Self::PasswordReset => "password reset",
            Self::CodeAsked => "password right, a code is asked for",
            Self::CodeRefused => "log in refused: wrong code",
            Self::SecondFactorOn => "second factor turned on",
            Self::SecondFactorOff => "second factor turned off",
            Self::SecondFactorReset => "second factor turned off by an operator",
            Self::RecoveryCodesMade => "new recovery codes made",
            Self::RecoveryCodeUsed => "recovery code used",
            Self::EmailConfirmed => "e-mail address confirmed",
            Self::PasswordSet => "password set by an operator",
            Self::RoleGranted => "made a shop keeper by an operator",
            Self::RoleWithdrawn => "no longer a shop keeper, by an operator",
            Self::Disabled => "account disabled",
            Self::Enabled => "account enabled",
            Self::Deleted => "account deleted",
        }
    }
}

/// Logs one line. It has nothing in it that somebody typed: no password can stand in the wrong field, and no name can
/// begin a line of its own.
pub fn auth(event: AuthEvent, account: Option<i64>, address: Option<IpAddr>) {
    tracing::info!(target: "satchel::auth", account, address = address.map(tracing::field::display), "{}", event.sentence());
}
