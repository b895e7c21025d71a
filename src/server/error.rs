//! What really went wrong on the server, with its causes.
//!
//! It stays on the server. For the browser it becomes an [`AppError`], and a failure that no visitor
//! could have caused is logged there, once.

use crate::{
    domain::money::Currency,
    error::AppError,
    server::{db, sessions},
};
use std::error::Error;
use webauthn_rs::prelude::WebauthnError;

/// A failure inside the server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A rule said no; nothing is wrong with the server.
    #[error("refused: {0}")]
    Refused(#[from] AppError),
    /// The session ended, or goes on under another id.
    #[error("the session ended while the request was on its way")]
    SessionGone,
    /// The session would exceed its bound.
    #[error("the session would exceed {} bytes", crate::server::sessions::MAX_BYTES)]
    SessionFull,
    /// All workers or connections are taken.
    #[error("too much at once: {0}")]
    Busy(&'static str),
    /// The database cannot be reached, or is locked by another process; it may answer in a moment.
    #[error("a database does not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// The session store failed.
    #[error("the session store failed")]
    Sessions(#[source] Box<dyn Error + Send + Sync>),
    /// An import brought prices in another currency than this shop's.
    #[error(transparent)]
    Currency(#[from] OtherCurrency),
    /// The words of the catalogue could not be put in order.
    #[error("the catalogue's index failed")]
    Index(#[source] Box<dyn Error + Send + Sync>),
    /// The password hasher failed.
    #[error("the password hasher failed: {0}")]
    Hasher(argon2::password_hash::Error),
    /// A second factor's secret could not be read, or not be shown.
    #[error("the second factor failed")]
    SecondFactor(#[source] Box<dyn Error + Send + Sync>),
    /// The picture of a shared link could not be painted.
    #[error("a picture could not be painted")]
    Picture(#[source] Box<dyn Error + Send + Sync>),
    /// The library of passkeys failed.
    #[error("webauthn-rs failed")]
    Passkeys(#[from] WebauthnError),
    /// What is kept as JSON could not be written.
    #[error("a value could not be written as JSON")]
    Unwritable(#[from] serde_json::Error),
    /// The metrics for Prometheus could not be set up.
    #[error("the figures cannot be counted")]
    Metrics(#[from] prometheus::Error),
    /// A part of the request that a layer puts there is missing.
    #[error("a layer is missing: {0}")]
    Layer(&'static str),
}

/// The products have prices in another currency than the shop is set to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue's prices are in {stored}, and SATCHEL_CURRENCY is {set}: set it to {stored}, or import a catalogue in {set}")]
pub struct OtherCurrency {
    /// What the catalogue was imported in.
    pub stored: String,
    /// What the shop is set to.
    pub set: Currency,
}

impl From<sqlx::Error> for ServerError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy("the database did not answer in time"),
            error if db::is_passing(&error) => Self::Unavailable(error.into()),
            error => Self::Database(error),
        }
    }
}

impl From<sessions::Error<AppError>> for ServerError {
    fn from(error: sessions::Error<AppError>) -> Self {
        match error {
            sessions::Error::Refused(refusal) => Self::Refused(refusal),
            sessions::Error::Gone => Self::SessionGone,
            // A disabled account looks like one that does not exist.
            sessions::Error::NotAdmitted => Self::Refused(AppError::WrongCredentials),
            sessions::Error::TooMany(wait) => Self::Refused(AppError::TooManyRequests { retry_after: wait.into() }),
            sessions::Error::Unknown => Self::Refused(AppError::UnknownSession),
            sessions::Error::TooLarge => Self::SessionFull,
            sessions::Error::Unavailable(error) => Self::Unavailable(error),
            sessions::Error::Failed(error) => Self::Sessions(error),
        }
    }
}

impl From<sessions::Error> for ServerError {
    fn from(error: sessions::Error) -> Self {
        error.widen::<AppError>().into()
    }
}

impl From<ServerError> for AppError {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::Refused(refusal) => refusal,
            ServerError::SessionGone => Self::SessionChanged,
            ServerError::SessionFull => Self::SessionFull,
            ServerError::Busy(what) => {
                tracing::warn!(what, "turned a request away");
                Self::Busy
            }
            error @ ServerError::Unavailable(_) => {
                tracing::error!(error = chain(&error), "turned a request away");
                Self::Busy
            }
            error => {
                tracing::error!(error = chain(&error), "request failed");
                Self::Internal
            }
        }
    }
}

/// The error and its causes on one line.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    // A text from outside must not be able to begin a new line in the log.
    text.replace(['\r', '\n'], " ")
}
