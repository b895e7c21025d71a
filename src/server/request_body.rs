//! The body of a form, read as a whole before anything is done with it.
//!
//! Leptos would read it itself, and report every problem with it as a fault of the server (500).

use crate::{
    domain::{desk::is_of_desk, desk_products::UPLOAD},
    server::{listen::TooSlow, pictures},
};
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::LengthLimitError;
use std::error::Error;

/// The longest body a form may have, in bytes.
const LONGEST: usize = 16 * 1_024;
/// The same of a form at the desk: a description has 2,000 characters, each of which may take 12 bytes. Nobody but a keeper gets so far.
const LONGEST_AT_DESK: usize = 48 * 1_024;

/// The longest body at an address, and whether it is text.
fn bounds(path: &str) -> (usize, bool) {
    match path {
        UPLOAD => (pictures::MAX_READ, false),
        path if is_of_desk(path) => (LONGEST_AT_DESK, true),
        _ => (LONGEST, true),
    }
}

/// Lets a request through with its whole body: 413 if that is too long, 408 if it came too slowly, 400 if it ended early,
/// came in broken pieces, or is no text.
pub async fn whole(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match read(body, &parts.headers, bounds(parts.uri.path())).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(status) => {
            tracing::debug!(status = status.as_u16(), "a body could not be read");
            status.into_response()
        }
    }
}

async fn read(body: Body, headers: &HeaderMap, (longest, is_text): (usize, bool)) -> Result<Bytes, StatusCode> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > longest) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let bytes = to_bytes(body, longest).await.map_err(|error| reason(&error))?;
    if !is_text || str::from_utf8(&bytes).is_ok() { Ok(bytes) } else { Err(StatusCode::BAD_REQUEST) }
}

fn reason(error: &(dyn Error + 'static)) -> StatusCode {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return StatusCode::PAYLOAD_TOO_LARGE;
        }
        if error.is::<TooSlow>() {
            return StatusCode::REQUEST_TIMEOUT;
        }
        cause = error.source();
    }
    StatusCode::BAD_REQUEST
}
