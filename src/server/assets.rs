//! Stylesheet, WebAssembly, [drawings]: inside the binary in a release, read from disk while developing.

use crate::{
    domain::lazy_files::LazyFiles,
    server::{codings::Codings, db::asset::AssetRow, drawings, translations},
    words::Language,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::config::LeptosOptions;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write};

/// What a build makes: stylesheet, scripts, WebAssembly, and the compressed twins of all files.
#[derive(RustEmbed)]
#[folder = "target/site"]
#[exclude = "*.gz"]
#[exclude = "*.svg"]
#[allow_missing = true]
struct Site;

/// The folder of what browsers run and read, as opposed to pictures.
const PACKAGE: &str = "pkg/";
/// The type of files with words.
const JSON: &str = "application/json";
/// The ending of a file's compressed version.
pub const BROTLI: &str = ".br";
/// `Cache-Control` for files that seldom change at their address.
const A_DAY: &str = "public, max-age=86400";
/// `Cache-Control` for files that never change at their address.
pub const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The address of this build's files.
///
/// A release serves them under `/pkg/{version}/`, where the version is a hash of their contents, so
/// that browsers may keep them for ever. While developing they stay at `/pkg/`, where
/// `cargo leptos watch` looks for the stylesheet it exchanges.
#[derive(Clone, Debug)]
pub struct Assets {
    version: Option<String>,
    lazy: LazyFiles,
}

impl Assets {
    /// Looks at the files of this build.
    pub fn new() -> Self {
        let version = if cfg!(debug_assertions) { None } else { Some(Self::digest()) };
        let lazy = lazy_files(&directory(version.as_deref()));
        Self { version, lazy }
    }

    fn digest() -> String {
        let mut digest = Sha256::new();
        for name in Site::iter().filter(|name| name.starts_with(PACKAGE)) {
            digest.update(name.as_bytes());
            digest.update(Site::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
        }
        for (name, words) in words_files() {
            digest.update(name.as_bytes());
            digest.update(words.as_bytes());
        }
        hex(&digest.finalize()[..6])
    }

    /// The version of a release.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Path of the stylesheet.
    pub fn stylesheet(&self) -> String {
        format!("/{}/satchel.css", directory(self.version()))
    }

    /// Where Leptos finds the browser half.
    pub fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder().output_name("satchel").site_pkg_dir(directory(self.version())).build()
    }

    /// The files of lazy islands.
    pub fn lazy_files(&self) -> LazyFiles {
        self.lazy.clone()
    }

    /// Path of the file with what the islands say in a language; none for English, which stands in their code.
    pub fn words(&self, language: Language) -> Option<String> {
        translations::of(language).map(|_| format!("/{}/{}", directory(self.version()), words_file(language)))
    }

    /// The file of this build at `/pkg/{path}`.
    pub fn own_file(&self, path: &str, headers: &HeaderMap) -> Option<File> {
        let name = match &self.version {
            Some(version) => path.strip_prefix(version.as_str())?.strip_prefix('/')?,
            None => path,
        };
        File::embedded(&format!("{PACKAGE}{name}"), headers).or_else(|| File::of_words(name))
    }

    /// How long browsers may keep the files of this build.
    pub fn lasting(&self) -> &'static str {
        if self.version.is_some() { FOR_EVER } else { "no-cache" }
    }

    /// All files of this build, compressed twins with the type of what is in them.
    pub fn own_files() -> impl Iterator<Item = AssetRow> {
        let words = words_files().map(|(name, words)| AssetRow { name, kind: JSON.to_owned(), content: words.as_bytes().to_vec() });
        let built = Site::iter().filter_map(|path| {
            let name = path.strip_prefix(PACKAGE)?.to_owned();
            let plain = Site::get(path.strip_suffix(BROTLI).unwrap_or(&path))?;
            let content = Site::get(&path)?.data.into_owned();
            Some(AssetRow { name, kind: plain.metadata.mimetype().to_owned(), content })
        });
        built.chain(words)
    }
}

impl Default for Assets {
    fn default() -> Self {
        Self::new()
    }
}

/// The name of the file with the words of a language.
fn words_file(language: Language) -> String {
    format!("words.{}.json", language.as_str())
}

/// The files with the words of all languages that have one.
fn words_files() -> impl Iterator<Item = (String, &'static str)> {
    Language::EVERY.into_iter().filter_map(|language| Some((words_file(language), translations::of(language)?.for_browser())))
}

fn directory(version: Option<&str>) -> String {
    version.map_or_else(|| "pkg".to_owned(), |version| format!("{PACKAGE}{version}"))
}

/// What `cargo leptos build --split` wrote down: for each function of an island `NAME_loader_NUMBER` the files it needs.
fn lazy_files(directory: &str) -> LazyFiles {
    let manifest = Site::get(&format!("{PACKAGE}__wasm_split_manifest.json"));
    let manifest: BTreeMap<String, Vec<String>> = manifest.and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default();
    let of_island = |(function, files): (String, Vec<String>)| {
        let (island, _) = function.rsplit_once("_loader_")?;
        Some((island.to_owned(), files.iter().map(|name| format!("/{directory}/{name}.wasm")).collect()))
    };
    let loader = (!manifest.is_empty()).then(|| format!("/{directory}/__wasm_split.______________________.js"));
    LazyFiles::new(loader, manifest.into_iter().filter_map(of_island).collect())
}

/// Whether a text can be the version of a release.
pub fn is_version(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The address of a built-in picture with a hash of its content, so that browsers may keep it for ever; any other address as it is.
pub fn versioned(path: &str) -> String {
    let file = path.strip_prefix('/').filter(|name| name.starts_with(drawings::FOLDER)).and_then(drawings::file);
    file.map_or_else(|| path.to_owned(), |file| format!("{path}?v={}", tag(&file)))
}

/// The query of a picture.
#[derive(Debug, Deserialize)]
pub struct Version {
    v: Option<String>,
}

impl Version {
    /// How long the file with this tag may be kept at its address: for ever where the address names it.
    pub fn lasting(&self, tag: &str) -> &'static str {
        if self.v.as_deref() == Some(tag) { FOR_EVER } else { A_DAY }
    }
}

/// The drawing of this name.
pub fn drawing(name: &str, version: &Version, headers: &HeaderMap) -> Response {
    let Some(file) = File::embedded(&format!("{}{name}", drawings::FOLDER), headers) else { return StatusCode::NOT_FOUND.into_response() };
    let lasting = version.lasting(&file.tag);
    file.answer(lasting, headers)
}

/// Serves `/favicon.svg`.
pub async fn favicon(headers: HeaderMap) -> Response {
    File::embedded(drawings::EMBLEM, &headers).map_or_else(|| StatusCode::NOT_FOUND.into_response(), |file| file.answer(A_DAY, &headers))
}

/// What changes when a file changes.
fn tag(file: &EmbeddedFile) -> String {
    hex(&file.metadata.sha256_hash()[..8])
}

/// A file as its browser gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its `Content-Type`.
    pub kind: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// Whether they are compressed by brotli.
    pub is_brotli: bool,
    /// What changes when they change.
    pub tag: String,
}

impl File {
    fn embedded(name: &str, headers: &HeaderMap) -> Option<Self> {
        // Compressed twins are served by their plain name alone; and a name leads to one place, also where files are read from
        // a folder.
        let plain = if name.ends_with(BROTLI) || name.split('/').any(|part| part == "..") {
            None
        } else {
            drawings::file(name).or_else(|| Site::get(name))
        }?;
        let twin = if Codings::of(headers).prefers_brotli() { Site::get(&format!("{name}{BROTLI}")) } else { None };
        let (kind, tag) = (plain.metadata.mimetype().to_owned(), tag(&plain));
        let is_brotli = twin.is_some();
        Some(Self { kind, content: twin.unwrap_or(plain).data.into_owned(), is_brotli, tag })
    }

    /// The words of a language; the compression layer compresses them.
    fn of_words(name: &str) -> Option<Self> {
        let language = Language::EVERY.into_iter().find(|language| words_file(*language) == name)?;
        let content = translations::of(language)?.for_browser().as_bytes().to_vec();
        let tag = hex(&Sha256::digest(&content)[..8]);
        Some(Self { kind: JSON.to_owned(), content, is_brotli: false, tag })
    }

    /// The answer, or that the browser has it already.
    pub fn answer(self, lasting: &'static str, headers: &HeaderMap) -> Response {
        let is_known = is_among(headers, &self.tag);
        // Weak, since the compressed and the plain form share it.
        let tag = format!("W/\"{}\"", self.tag);
        let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(self.content).into_response() };
        let answer = response.headers_mut();
        if self.is_brotli && !is_known {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        for (header, value) in [(header::CONTENT_TYPE, with_charset(self.kind)), (header::ETAG, tag)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer.insert(header, value);
            }
        }
        response
    }
}

/// A kind of file with how its text is written, where it is text (OWASP ASVS 5.0, 4.1.1).
fn with_charset(kind: String) -> String {
    if kind.starts_with("text/") || kind.ends_with("+xml") { format!("{kind}; charset=utf-8") } else { kind }
}

/// Whether a browser has what this tag stands for: it names it among others, or takes anything (RFC 9110, 13.1.2).
pub fn is_among(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).any(|known| {
        let opaque = known.strip_prefix("W/").unwrap_or(known);
        known == "*" || opaque.strip_prefix('"').and_then(|opaque| opaque.strip_suffix('"')) == Some(tag)
    })
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_names_a_file_among_those_it_has_gets_no_bytes() {
        let file = File { kind: "text/css".to_owned(), content: vec![1], is_brotli: true, tag: "abc".to_owned() };
        let status = |known: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in known {
                headers.append(header::IF_NONE_MATCH, HeaderValue::from_str(line).expect("a header"));
            }
            file.clone().answer(A_DAY, &headers).status()
        };
        for known in [&["W/\"abc\""][..], &["\"abc\""], &["\"x\", W/\"abc\""], &["\"x\",\"abc\" ,\"y\""], &["\"x\"", "\"abc\""], &["*"]] {
            assert_eq!(status(known), StatusCode::NOT_MODIFIED, "{known:?}");
        }
        for known in [&[][..], &["\"x\""], &["abc"], &["W/\"x\", \"ab\", \"abcd\""], &["w/\"abc\""]] {
            assert_eq!(status(known), StatusCode::OK, "{known:?}");
        }
    }
}
