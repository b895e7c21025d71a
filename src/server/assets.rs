//! Stylesheet, WebAssembly, pictures: inside the binary in a release, read from disk while developing.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::config::LeptosOptions;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};
use std::fmt::Write;

#[derive(RustEmbed)]
#[folder = "target/site"]
#[exclude = "*.gz"]
#[allow_missing = true]
struct Site;

/// The address of this build's files.
///
/// A release serves them under `/pkg/{version}/`, where the version is a hash of their contents, so
/// that browsers may keep them for ever. While developing they stay at `/pkg/`, where
/// `cargo leptos watch` looks for the stylesheet it exchanges.
#[derive(Clone, Debug)]
pub struct Assets {
    directory: String,
}

impl Assets {
    /// Looks at the files of this build.
    pub fn new() -> Self {
        if cfg!(debug_assertions) {
            return Self { directory: "pkg".to_owned() };
        }
        let mut digest = Sha256::new();
        for name in Site::iter().filter(|name| name.starts_with("pkg/")) {
            digest.update(name.as_bytes());
            digest.update(Site::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
        }
        let version = hex(&digest.finalize()[..6]);
        Self { directory: format!("pkg/{version}") }
    }

    /// Path of the stylesheet.
    pub fn stylesheet(&self) -> String {
        format!("/{}/satchel.css", self.directory)
    }

    /// Where Leptos finds the browser half.
    pub fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder().output_name("satchel").site_pkg_dir(self.directory.clone()).build()
    }
}

impl Default for Assets {
    fn default() -> Self {
        Self::new()
    }
}

/// Serves `/pkg/…`: for ever under the version of this build, and nothing under another.
pub async fn package(State(assets): State<Assets>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let asked = format!("pkg/{path}");
    let Some(name) = asked.strip_prefix(&assets.directory).and_then(|name| name.strip_prefix('/')) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let lasting = if assets.directory == "pkg" { "no-cache" } else { "public, max-age=31536000, immutable" };
    file(&format!("pkg/{name}"), lasting, &headers)
}

/// Serves `/pictures/…`.
pub async fn picture(Path(path): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("pictures/{path}"), "public, max-age=86400", &headers)
}

/// Serves `/favicon.svg`.
pub async fn favicon(headers: HeaderMap) -> Response {
    file("favicon.svg", "public, max-age=86400", &headers)
}

fn file(name: &str, lasting: &'static str, headers: &HeaderMap) -> Response {
    // Compressed twins are served by their plain name alone.
    let wanted = if name.strip_suffix(".br").is_some() { None } else { Site::get(name) };
    let Some(plain) = wanted else { return StatusCode::NOT_FOUND.into_response() };
    let tag = tag(&plain);
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let kind = plain.metadata.mimetype().to_owned();
    let mut response = match (fresh, compressed(name, headers)) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, Some(file)) => ([(header::CONTENT_ENCODING, "br")], Body::from(file.data.into_owned())).into_response(),
        (false, None) => Body::from(plain.data.into_owned()).into_response(),
    };
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    for (header, value) in [(header::CONTENT_TYPE, kind), (header::ETAG, tag)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.insert(header, value);
        }
    }
    response
}

fn compressed(name: &str, headers: &HeaderMap) -> Option<EmbeddedFile> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let brotli = accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && parts.next().is_none_or(|weight| !weight.starts_with("q=0") || weight.starts_with("q=0."))
    });
    if brotli { Site::get(&format!("{name}.br")) } else { None }
}

fn tag(file: &EmbeddedFile) -> String {
    let hash = hex(&file.metadata.sha256_hash()[..12]);
    // Weak, since the compressed and the plain form share it.
    format!("W/\"{hash}\"")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
