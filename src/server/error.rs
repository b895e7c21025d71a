//! What really went wrong on the server, with its causes.
//!
//! It stays here: on its way to the browser it becomes an [`AppError`], and what a person could not
//! have caused is logged at that boundary, once.

use crate::error::AppError;
use std::error::Error;

/// A failure inside the server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A rule said no; nothing is wrong with the server.
    #[error("refused: {0}")]
    Refused(#[from] AppError),
    /// The session's row is not there any more.
    #[error("the session ended while the request was on its way")]
    SessionGone,
    /// The session would exceed its bound.
    #[error("the session would exceed {} bytes", crate::server::sessions::MAX_BYTES)]
    SessionFull,
    /// All workers or connections are taken.
    #[error("too much at once: {0}")]
    Busy(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// A stored session cannot be written or read.
    #[error("a session cannot be encoded")]
    Encoding(#[source] Box<dyn Error + Send + Sync>),
    /// tower-sessions failed.
    #[error("the session layer failed")]
    Session(#[from] tower_sessions::session::Error),
    /// The password hasher failed.
    #[error("the password hasher failed: {0}")]
    Hasher(argon2::password_hash::Error),
    /// A part of the request that a layer puts there is missing.
    #[error("a layer is missing: {0}")]
    Layer(&'static str),
}

impl From<sqlx::Error> for ServerError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy("database connections"),
            error => Self::Database(error),
        }
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
    // A text from outside must not begin a line of its own in the log.
    text.replace(['\r', '\n'], " ")
}
