//! What is known of a request before its handler runs.

use super::{cookie::Word, data::Login, ids::Secret, state::State};

/// What a request came with.
#[derive(Debug)]
pub(super) enum Presented<T> {
    /// No id.
    Nothing,
    /// An id without a session: it ended, or nobody ever issued it.
    Unknown(Secret),
    /// The id of a session that was there when the request came in.
    Alive(Secret, Box<State<T>>),
}

/// What is known of a request when it comes in.
#[derive(Debug)]
pub(super) struct Arrival<T> {
    /// Its session.
    pub(super) presented: Presented<T>,
    /// What happens to the cookie if the request does not change the session.
    pub(super) later: Option<Word>,
    /// The login whose end is noticed now.
    pub(super) expired: Option<Login>,
}
