//! The number under which the server's log tells of one request.

/// What a visitor can quote when something went wrong; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuotedRequestId(pub String);
