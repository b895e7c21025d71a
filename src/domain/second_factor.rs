//! The second factor of an account as its owner sees it: a code from an app, beside the password.

use crate::domain::timestamp::Timestamp;
use std::fmt;

/// What the page of the second factor shows. It holds secrets, so it is never printed.
#[derive(Clone)]
pub struct SecondFactorPage {
    /// Whether it is on.
    pub standing: Standing,
    /// Whether the login is so young that the password need not be given again.
    pub is_fresh: bool,
    /// Recovery codes that were just made; they are shown this once.
    pub new_codes: Vec<String>,
}

/// How far a second factor has come.
#[derive(Clone)]
pub enum Standing {
    /// There is none.
    Off,
    /// A secret was made, and waits for its first right code.
    Begun(NewFactor),
    /// Every log in by password asks for a code.
    On {
        /// Since when.
        since: Timestamp,
        /// How many recovery codes were not used.
        codes_left: u32,
    },
}

/// What an authenticator app is to be told.
#[derive(Clone)]
pub struct NewFactor {
    /// The secret in base32, for who types it.
    pub secret: String,
    /// The same as an address that apps open (`otpauth:`).
    pub address: String,
    /// That address as a picture.
    pub picture: QrPicture,
}

/// A QR code, to be drawn: black squares of side 1 on white.
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
