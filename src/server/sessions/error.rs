//! Why a session could not be changed, started or stored.

use std::{convert::Infallible, error::Error as StdError, time::Duration};

/// An error of any library.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a change did not happen. The session is as it was. Only after [`Error::Unavailable`] that is not certain: the store
/// may have gone away in the middle.
#[derive(Debug, thiserror::Error)]
pub enum Error<R = Infallible> {
    /// The rule said no; nothing is wrong with the session.
    #[error("refused")]
    Refused(R),
    /// The session ended or has another id by now, or there was none.
    #[error("the session ended while the request was on its way")]
    Gone,
    /// The account may not log in.
    #[error("the account may not log in")]
    NotAdmitted,
    /// This visitor began too many sessions; after this time they may begin another one ([`super::MayBegin`]).
    #[error("too many sessions began")]
    TooMany(Duration),
    /// No other session of the account has this handle.
    #[error("the account has no such session")]
    Unknown,
    /// The session would exceed [`super::MAX_BYTES`].
    #[error("the session would exceed {} bytes", super::MAX_BYTES)]
    TooLarge,
    /// The store does not answer; the same change may work in a moment.
    #[error("the session store does not answer")]
    Unavailable(#[source] BoxError),
    /// The store, or a library, failed.
    #[error("the session store failed")]
    Failed(#[source] BoxError),
}

impl<R> Error<R> {
    /// The same error with another type of refusal; `refused` converts it.
    pub fn map<S>(self, refused: impl FnOnce(R) -> S) -> Error<S> {
        match self {
            Self::Refused(reason) => Error::Refused(refused(reason)),
            Self::Gone => Error::Gone,
            Self::NotAdmitted => Error::NotAdmitted,
            Self::TooMany(wait) => Error::TooMany(wait),
            Self::Unknown => Error::Unknown,
            Self::TooLarge => Error::TooLarge,
            Self::Unavailable(error) => Error::Unavailable(error),
            Self::Failed(error) => Error::Failed(error),
        }
    }
}

impl Error<Infallible> {
    /// The same error for a change whose rule can refuse.
    pub fn widen<R>(self) -> Error<R> {
        self.map(|never| match never {})
    }
}

/// What a store answers when it cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, is frozen, is full at the moment, or is locked by another process.
    #[error("the session store does not answer")]
    Unavailable(#[source] BoxError),
    /// It answered with an error that will not pass by itself.
    #[error("the session store failed")]
    Failed(#[source] BoxError),
    /// It is not able to tell which sessions it holds.
    #[error("this kind of session store cannot list its sessions")]
    CannotList,
}

impl StoreError {
    /// A store that did not answer in time.
    pub(super) fn too_slow() -> Self {
        Self::Unavailable("no answer in time".into())
    }
}

impl<R> From<StoreError> for Error<R> {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(error) => Self::Unavailable(error),
            error @ StoreError::CannotList => Self::Failed(error.into()),
            StoreError::Failed(error) => Self::Failed(error),
        }
    }
}

/// Why a store cannot be used at all; one line that names the address without its password.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the session store {address}: {reason}")]
pub struct StartError {
    /// Where it should be.
    pub address: String,
    /// What is wrong with it.
    pub reason: String,
}
