//! Which compressed forms of an answer a browser takes (RFC 9110, 12.5.3).

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
};

/// How much a browser likes each coding we know; nothing where it is not to be used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Codings {
    brotli: f32,
    gzip: f32,
}

impl Codings {
    /// Reads `Accept-Encoding`. Whoever likes an answer as it is better than compressed gets it so.
    pub fn of(headers: &HeaderMap) -> Self {
        let (mut brotli, mut gzip, mut identity, mut others) = (None, None, None, None);
        let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for coding in lines.flat_map(|line| line.split(',')) {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let known = match name.trim().to_ascii_lowercase().as_str() {
                "br" => &mut brotli,
                "gzip" | "x-gzip" => &mut gzip,
                "identity" => &mut identity,
                "*" => &mut others,
                _ => continue,
            };
            let weight = weight.split_once('=').and_then(|(_, weight)| weight.trim().parse::<f32>().ok());
            *known = Some(weight.unwrap_or(1.0));
        }
        let least = identity.or(others).unwrap_or_default();
        let wanted = |weight: Option<f32>| weight.or(others).filter(|weight| *weight > 0.0 && *weight >= least).unwrap_or_default();
        Self { brotli: wanted(brotli), gzip: wanted(gzip) }
    }

    /// Whether brotli is to be used where both are there.
    pub fn prefers_brotli(self) -> bool {
        self.brotli > 0.0 && self.brotli >= self.gzip
    }

    /// Whether gzip may be used.
    pub fn takes_gzip(self) -> bool {
        self.gzip > 0.0
    }

    /// The same as a header without doubts; nothing where nothing is to be compressed.
    fn header(self) -> Option<HeaderValue> {
        let text = match (self.brotli > 0.0, self.takes_gzip()) {
            (true, true) if self.prefers_brotli() => "br, gzip",
            (true, true) => "gzip, br;q=0.5",
            (true, false) => "br",
            (false, true) => "gzip",
            (false, false) => return None,
        };
        Some(HeaderValue::from_static(text))
    }
}

/// Says in plain words what a browser takes, to the layer that compresses.
///
/// Where nothing is acceptable to a browser, that layer makes a 406 of the answer, after the work was done. We may send
/// such an answer as it is, and do.
pub fn in_plain_words(mut request: Request) -> Request {
    let headers = request.headers_mut();
    let is_doubtful = |value: &HeaderValue| value.as_bytes().iter().any(|byte| matches!(byte, b';' | b'*'));
    if headers.get_all(header::ACCEPT_ENCODING).iter().any(is_doubtful) {
        let plain = Codings::of(headers).header();
        headers.remove(header::ACCEPT_ENCODING);
        if let Some(plain) = plain {
            headers.insert(header::ACCEPT_ENCODING, plain);
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn a_coding_is_used_that_a_browser_takes_and_likes_no_less_than_none() {
        for (accepts, plain) in [
            ("gzip", "gzip"),
            ("GZIP", "gzip"),
            ("x-gzip;q=1", "gzip"),
            ("br, gzip;q=1", "br, gzip"),
            ("gzip;q=1.0, br;q=0.5", "gzip, br;q=0.5"),
            ("gzip ; Q=0.1", "gzip"),
            ("gzip;q=x", "gzip"),
            ("*", "br, gzip"),
            ("*;q=0.1", "br, gzip"),
            ("*, br;q=0", "gzip"),
            ("*;q=0, gzip;q=0.2", "gzip"),
            ("gzip;q=0.5, identity;q=0.5", "gzip"),
            ("identity;q=0, gzip", "gzip"),
            ("", ""),
            ("identity", ""),
            ("zstd;q=1", ""),
            ("gzip;q=0", ""),
            ("gzip;q=0.0", ""),
            ("gzip; q=0.000, br;q=0", ""),
            ("gzip;q=0.1, identity", ""),
            ("identity;q=0.8, *;q=0.2", ""),
            ("identity;q=0", ""),
            ("*;q=0", ""),
        ] {
            let request = Request::builder().header(header::ACCEPT_ENCODING, accepts).body(Body::empty()).expect("a request");
            let codings = Codings::of(request.headers());
            let header = codings.header();
            assert_eq!(header.as_ref().map_or("", |header| header.to_str().expect("a text")), plain, "{accepts}");
            let headers = in_plain_words(request).into_parts().0.headers;
            let again = Codings::of(&headers);
            assert_eq!((again.takes_gzip(), again.prefers_brotli()), (codings.takes_gzip(), codings.prefers_brotli()), "{accepts}");
        }
    }
}
