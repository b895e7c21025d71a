//! The second factor of an account as its owner sees it: a code from an app, beside the password.

use crate::domain::timestamp::Timestamp;
use std::fmt;

/// What the page of the second factor shows. It holds secrets, so it is never printed.
#[derive(Clone)]
pub struct SecondFactorPage {
    /// Whether it is on.
    pub standing: Standing,
    /// Whether the login is recent enough that the password is not asked for again.
    pub is_fresh: bool,
    /// Recovery codes that were just made; they are shown only this time.
    pub new_codes: Vec<String>,
}

/// The state of a second factor.
#[derive(Clone)]
pub enum Standing {
    /// There is none.
    Off,
    /// A secret was made; the first right code turns it on.
    Begun(NewFactor),
    /// Every log in by password asks for a code.
    On {
        /// Since when.
        since: Timestamp,
        /// How many recovery codes are left.
        codes_left: u32,
    },
}

/// What an authenticator app needs.
#[derive(Clone)]
pub struct NewFactor {
    /// The secret in base32, for typing.
    pub secret: String,
    /// The same as an address that apps open (`otpauth:`).
    pub address: String,
    /// That address as a picture.
    pub picture: QrPicture,
}

/// A QR code as a drawing: black squares of side 1 on white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrPicture {
    /// Its width and height, with the white edge that readers need.
    pub side: usize,
    /// The squares, as the path of an SVG.
    pub path: String,
}

impl fmt::Debug for SecondFactorPage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
