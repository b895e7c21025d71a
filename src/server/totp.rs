//! One-time codes that an authenticator app makes of a secret and the time (RFC 6238): 6 digits, another every 30 seconds, by
//! SHA-1, which is what all apps take.

use crate::{domain::timestamp::Timestamp, server::error::ServerError};
use argon2::password_hash::rand_core::{OsRng, RngCore};
use serde::{Deserialize, Serialize};
use std::fmt;
use totp_rs::{Builder, Secret, Totp};

/// What apps call the shop.
const ISSUER: &str = "Satchel";

/// 160 random bits in base32, the length that RFC 4226, 4 (R6), recommends. It is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TotpSecret(String);

impl TotpSecret {
    /// A new one.
    pub fn random() -> Self {
        let mut bytes = [0; 20];
        OsRng.fill_bytes(&mut bytes);
        Self(Secret::new_stack(bytes).to_base32())
    }

    /// The one that was kept under an account.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it is kept, and typed into an app.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The address by which apps learn it, as a QR code carries it.
    pub fn address(&self, username: &str) -> Result<String, ServerError> {
        self.totp(username)?.to_url().map_err(|error| ServerError::SecondFactor(error.into()))
    }

    /// The step of 30 seconds since 1970 whose code this is: that of now, the one before or the one after (RFC 6238, 5.2), since
    /// clocks differ and typing takes a while. The library compares in constant time.
    ///
    /// Whether the step was used already is for the database to say.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Result<Option<i64>, ServerError> {
        let step = self.totp("")?.check(code, u64::try_from(now.get()).unwrap_or_default());
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    fn totp(&self, username: &str) -> Result<Totp, ServerError> {
        let secret = Secret::try_from_base32(&self.0).map_err(|error| ServerError::SecondFactor(error.into()))?;
        let builder = Builder::new().with_secret(secret).with_issuer(Some(ISSUER)).with_account_name(username);
        builder.build().map_err(|error| ServerError::SecondFactor(error.into()))
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn of_the_rfc() -> TotpSecret {
        TotpSecret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned())
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The last six of its eight digits.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")] {
            let step = of_the_rfc().step_of(code, Timestamp::seconds(seconds)).expect("a secret");
            assert_eq!(step, Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_works_in_its_step_and_those_beside_it_and_in_no_other() {
        let at = |seconds| of_the_rfc().step_of("081804", Timestamp::seconds(seconds)).expect("a secret");
        let begins = 1_111_111_109 / 30 * 30;
        assert_eq!(
            [begins - 31, begins - 30, begins, begins + 59, begins + 60].map(|now| at(now).is_some()),
            [false, true, true, true, false]
        );
        for other in ["", "08180", "0818040", "+81804", "08180a", "\u{661}81804", "081805"] {
            assert_eq!(of_the_rfc().step_of(other, Timestamp::seconds(begins)).expect("a secret"), None, "{other:?}");
        }
    }

    #[test]
    fn a_secret_is_random_long_and_never_printed() {
        let (one, other) = (TotpSecret::random(), TotpSecret::random());
        assert_ne!(one, other);
        assert_eq!((one.expose().len(), format!("{one:?}").as_str()), (32, "[redacted]"));
        let address = one.address("ada.l-x_1").expect("an address");
        assert_eq!(address, format!("otpauth://totp/Satchel:ada.l-x_1?secret={}&issuer=Satchel", one.expose()));
    }
}
