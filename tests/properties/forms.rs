//! Forms, from their bytes to the answer: whatever a body holds, the answer is one of ours and leads to a page of ours.

use axum::{
    Router,
    body::{Body, Bytes},
    http::{Request, header},
};
use futures_util::stream;
use http_body_util::BodyExt;
use satchel::domain::own_path::OwnPath;
use std::convert::Infallible;
use tower::ServiceExt;

/// They hash passwords, which takes longer than all others together, and read their fields in the same way.
const SLOW: [&str; 6] =
    ["/api/log_in", "/api/register", "/api/reset_password", "/api/change_password", "/api/change_email", "/api/delete_account"];

/// Where forms go to, in a fixed order.
fn addresses() -> Vec<(&'static str, bool)> {
    let quick = leptos::server_fn::axum::server_fn_paths().filter(|(path, _)| !SLOW.contains(path));
    let mut addresses: Vec<_> = quick.map(|(path, method)| (path, method.as_str() == "GET")).collect();
    addresses.sort_unstable();
    addresses
}

/// The first byte tells the form, the second how it is sent, the first line behind them the page it comes from, and the rest
/// its body.
pub async fn holds(shop: &Router, data: &[u8]) {
    let Some(([form, kind], rest)) = data.split_first_chunk::<2>() else { return };
    let (page, body) = rest.iter().position(|byte| *byte == b'\n').map_or((rest, [].as_slice()), |end| (&rest[..end], &rest[end + 1..]));
    let addresses = addresses();
    let (address, is_read) = addresses[usize::from(*form) % addresses.len()];
    let (plain, in_pieces) = (kind & 1 == 0, kind & 2 == 0);
    let mut request = Request::builder()
        .header(header::HOST, "127.0.0.1:3000")
        .header("sec-fetch-site", "same-origin")
        .header(header::ACCEPT, if plain { "text/html" } else { "application/json" })
        .header(header::REFERER, page);
    if is_read {
        request = request.uri(format!("{address}?{}", String::from_utf8_lossy(body)));
    } else {
        request = request.method("POST").uri(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let body = if in_pieces && !is_read { pieces(body) } else { Body::from(Bytes::copy_from_slice(body)) };
    // A page or a query that no request can carry.
    let Ok(request) = request.body(body) else { return };
    let answer = shop.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    assert!(!status.is_server_error(), "{address}: {status}");
    if let Some(location) = answer.headers().get(header::LOCATION) {
        let location = location.to_str().expect("text");
        assert!(OwnPath::parse(location).is_some_and(|path| path.is_page()), "{address} leads to {location:?}");
    }
    let is_json = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let text = answer.into_body().collect().await.expect("a whole answer").to_bytes();
    if is_json {
        assert!(serde_json::from_slice::<serde_json::Value>(&text).is_ok(), "{address}: no JSON");
    }
}

/// A body that says nothing of its length and comes in pieces of seven bytes.
fn pieces(body: &[u8]) -> Body {
    let pieces: Vec<_> = body.chunks(7).map(|piece| Ok::<_, Infallible>(Bytes::copy_from_slice(piece))).collect();
    Body::from_stream(stream::iter(pieces))
}
