//! The state of a connection. hyper stands between the bytes ([`super::wire`]) and the answers (`listen.rs`); both share this state.

use axum::http::{HeaderMap, Method, header};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The longest head that is kept and checked, in bytes. A longer head counts as ambiguous; no browser sends one with a form.
const HEAD: usize = 32 * 1_024;
/// How much of that memory is kept for the next head, in bytes: more than the heads that browsers send.
const USUAL: usize = 4 * 1_024;

/// What a connection waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// The first request.
    #[default]
    Opened,
    /// The rest of a head.
    Head,
    /// The shop's answer, and perhaps the request's body.
    Answer,
    /// Another request.
    Idle,
}

/// The state of a connection, shared by the wire and the code that answers.
#[derive(Debug, Default)]
pub(super) struct Line(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    /// The bytes since the last answer: the head of the next request, unless it arrived before that answer.
    head: Vec<u8>,
    /// Whether the client may be sending a body that nobody reads.
    is_unread: bool,
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the connection waits for.
    pub(super) fn phase(&self) -> Phase {
        self.state().phase
    }

    /// Whether the client may be sending a body that nobody reads.
    pub(super) fn is_unread(&self) -> bool {
        self.state().is_unread
    }

    /// Notes whether a body is still unread.
    pub(super) fn set_unread(&self, is_unread: bool) {
        self.state().is_unread = is_unread;
    }

    /// Notes that a request arrived. Gives whether its length is ambiguous.
    pub(super) fn begin_request(&self, method: &Method, headers: &HeaderMap) -> bool {
        let mut state = self.state();
        let has_length = headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
        let is_doubtful = has_length && !names_one_length(&state.head, method);
        state.phase = Phase::Answer;
        state.is_unread = false;
        state.head.clear();
        state.head.shrink_to(USUAL);
        is_doubtful
    }

    /// Notes bytes that arrived. Gives whether a request begins with them.
    pub(super) fn hear(&self, bytes: &[u8]) -> bool {
        let mut state = self.state();
        if state.phase == Phase::Answer || bytes.is_empty() {
            return false;
        }
        let room = HEAD.saturating_sub(state.head.len());
        state.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        let begins = state.phase == Phase::Idle;
        if begins {
            state.phase = Phase::Head;
        }
        begins
    }

    /// Notes that the answer was sent.
    pub(super) fn answered(&self) {
        let mut state = self.state();
        state.phase = Phase::Idle;
        state.head.clear();
    }

    /// Whether the client may still be sending something.
    pub(super) fn is_interrupted(&self) -> bool {
        let state = self.state();
        state.is_unread || !state.head.is_empty()
    }
}

/// Whether this is the complete head of a request of this method, and gives the length of its body exactly once.
fn names_one_length(head: &[u8], method: &Method) -> bool {
    let head = head.trim_ascii_start();
    if !head.starts_with(method.as_str().as_bytes()) {
        return false;
    }
    let mut lengths = 0;
    for line in head.split_inclusive(|byte| *byte == b'\n').skip(1) {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii();
        if name.is_empty() {
            return lengths == 1;
        }
        if name.eq_ignore_ascii_case(b"content-length") || name.eq_ignore_ascii_case(b"transfer-encoding") {
            lengths += 1;
        }
    }
    // The end of the head is missing.
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_named_once_in_a_head_that_is_all_there() {
        let one = |head: &[u8]| names_one_length(head, &Method::POST);
        for head in [
            &b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"[..],
            b"\r\nPOST / HTTP/1.1\r\ntransfer-ENCODING: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nContent-Length: 3\r\n",
            b"POST / HTTP/1.1\nContent-Length:3\n\n",
        ] {
            assert!(one(head), "{}", String::from_utf8_lossy(head));
        }
        for head in [
            &b""[..],
            b"POST / HTTP/1.1\r\nHost: a\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\ncontent-length: 3\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"abcPOST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n",
        ] {
            assert!(!one(head), "{}", String::from_utf8_lossy(head));
        }
    }
}
