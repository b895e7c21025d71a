//! What can happen to an account that its owner should know of.

use crate::{domain::timestamp::Timestamp, tr_mark, words};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A closed list: the page makes the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityEventKind {
    /// The account was made.
    Registered,
    /// Somebody logged in.
    LoggedIn,
    /// Somebody gave a wrong password; noted once for all within ten minutes.
    LogInFailed,
    /// Somebody asked for a link that sets a new password.
    ResetRequested,
    /// The password was set anew by such a link.
    PasswordReset,
    /// The password was changed by whoever was logged in.
    PasswordChanged,
    /// An operator set another password, and removed the passkeys.
    PasswordSet,
    /// Another e-mail address was given, and is to be confirmed.
    EmailRequested,
    /// The e-mail address was confirmed.
    EmailConfirmed,
    /// Other logins were ended by whoever was logged in.
    SessionsEnded,
    /// Somebody gave the right password and a wrong code; noted once for all within ten minutes.
    CodeFailed,
    /// The second factor was turned on.
    SecondFactorOn,
    /// The second factor was turned off by whoever was logged in.
    SecondFactorOff,
    /// The second factor was turned off by an operator.
    SecondFactorReset,
    /// New recovery codes took the place of the old ones.
    RecoveryCodesMade,
    /// Somebody logged in with a recovery code.
    RecoveryCodeUsed,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey of the account was used, and something was wrong with it; noted once for all within ten minutes.
    PasskeyRefused,
    /// An operator gave the account a role.
    RoleGranted,
    /// An operator took its role.
    RoleWithdrawn,
}

impl SecurityEventKind {
    /// Every kind.
    pub const ALL: [Self; 21] = [
        Self::Registered,
        Self::LoggedIn,
        Self::LogInFailed,
        Self::ResetRequested,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::PasswordSet,
        Self::EmailRequested,
        Self::EmailConfirmed,
        Self::SessionsEnded,
        Self::CodeFailed,
        Self::SecondFactorOn,
        Self::SecondFactorOff,
        Self::SecondFactorReset,
        Self::RecoveryCodesMade,
        Self::RecoveryCodeUsed,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasskeyRefused,
        Self::RoleGranted,
        Self::RoleWithdrawn,
    ];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::LoggedIn => "logged_in",
            Self::LogInFailed => "log_in_failed",
            Self::ResetRequested => "reset_requested",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::PasswordSet => "password_set",
            Self::EmailRequested => "email_requested",
            Self::EmailConfirmed => "email_confirmed",
            Self::SessionsEnded => "sessions_ended",
            Self::CodeFailed => "code_failed",
            Self::SecondFactorOn => "second_factor_on",
            Self::SecondFactorOff => "second_factor_off",
            Self::SecondFactorReset => "second_factor_reset",
            Self::RecoveryCodesMade => "recovery_codes_made",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::PasskeyRefused => "passkey_refused",
            Self::RoleGranted => "role_granted",
            Self::RoleWithdrawn => "role_withdrawn",
        }
    }

    /// Reads what is stored; `None` for a kind that only a newer release knows.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The sentence for people, in English; [`words::say`] translates it.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Registered => tr_mark!("Account created"),
            Self::LoggedIn => tr_mark!("Logged in"),
            Self::LogInFailed => tr_mark!("Wrong password"),
            Self::ResetRequested => tr_mark!("New password asked for"),
            Self::PasswordReset => tr_mark!("New password set by a link"),
            Self::PasswordChanged => tr_mark!("Password changed"),
            Self::PasswordSet => tr_mark!("New password set by us, passkeys removed"),
            Self::EmailRequested => tr_mark!("E-mail address given"),
            Self::EmailConfirmed => tr_mark!("E-mail address confirmed"),
            Self::SessionsEnded => tr_mark!("Other logins ended"),
            Self::CodeFailed => tr_mark!("Right password, wrong code"),
            Self::SecondFactorOn => tr_mark!("Second factor turned on"),
            Self::SecondFactorOff => tr_mark!("Second factor turned off"),
            Self::SecondFactorReset => tr_mark!("Second factor turned off by us"),
            Self::RecoveryCodesMade => tr_mark!("New recovery codes made"),
            Self::RecoveryCodeUsed => tr_mark!("Logged in with a recovery code"),
            Self::PasskeyAdded => tr_mark!("Passkey added"),
            Self::PasskeyRemoved => tr_mark!("Passkey removed"),
            Self::PasskeyRefused => tr_mark!("Passkey refused"),
            Self::RoleGranted => tr_mark!("Made a shop keeper by us"),
            Self::RoleWithdrawn => tr_mark!("No longer a shop keeper, by us"),
        }
    }
}

/// An event as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityEvent {
    /// What happened.
    pub kind: SecurityEventKind,
    /// When.
    pub at: Timestamp,
    /// Browser and system, as far as they are known.
    pub device: String,
    /// The address it came from, if known.
    pub address: Option<IpAddr>,
}

/// A security event in words. With it, the browser half needs no list of all kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityEventView {
    /// What happened.
    pub sentence: String,
    /// When.
    pub at: Timestamp,
    /// Browser and system, as far as they are known.
    pub device: String,
    /// The address it came from, if known.
    pub address: Option<String>,
}

impl From<SecurityEvent> for SecurityEventView {
    fn from(event: SecurityEvent) -> Self {
        let SecurityEvent { kind, at, device, address } = event;
        Self { sentence: words::say(kind.sentence()), at, device, address: address.map(|address| address.to_string()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_was_stored() {
        for kind in SecurityEventKind::ALL {
            assert_eq!(SecurityEventKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("a name"), kind.as_str());
        }
        assert_eq!(SecurityEventKind::parse("abducted"), None);
    }
}
