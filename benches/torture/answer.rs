//! A server's answer, read from the bytes of its connection.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

/// The product and the quantity of every line.
pub type Lines = BTreeMap<String, u32>;

/// What a server answered, and how long that took.
pub struct Answer {
    pub status: u16,
    pub took: Duration,
    pub cookie: Option<String>,
    /// Whether the server closes the connection after it.
    pub closes: bool,
    body: Vec<u8>,
}

impl Answer {
    /// The answer, if it is complete.
    pub fn parse(bytes: &[u8], begun: Instant) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]);
        let rest = &bytes[end + 4..];
        let header = |name: &str| {
            let pairs = head.lines().skip(1).filter_map(|line| line.split_once(':'));
            pairs.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).next()
        };
        let body = match header("content-length") {
            Some(length) => rest.get(..length.parse().ok()?)?.to_vec(),
            None => unchunked(rest)?,
        };
        Some(Self {
            status: head.split(' ').nth(1)?.parse().ok()?,
            took: begun.elapsed(),
            cookie: header("set-cookie").and_then(|cookie| cookie.split(';').next().map(str::to_owned)),
            body,
            closes: header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")),
        })
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether a page has these words.
    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// Name and sentence of a refusal in JSON.
    pub fn refusal(&self) -> Option<(String, String)> {
        let json: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        Some((json.get("error")?.as_str()?.to_owned(), json.get("message")?.as_str()?.to_owned()))
    }

    /// Whether the shop refused because the line is full.
    pub fn is_line_full(&self) -> bool {
        self.status == 422 && self.refusal().is_some_and(|(name, _)| name == "line_full")
    }

    /// Whether a refusal has a sentence that a person can read, in a page or in JSON.
    pub fn has_sentence(&self) -> bool {
        self.refusal().is_some_and(|(_, sentence)| !sentence.is_empty()) || self.text().contains("<p class=\"lead\">")
    }

    /// The cart, if the answer is one.
    pub fn cart(&self) -> Result<Lines, String> {
        let unreadable = || format!("no cart but {self:?}");
        let json: serde_json::Value = serde_json::from_slice(&self.body).map_err(|_| unreadable())?;
        let lines = json.get("lines").and_then(|lines| lines.as_array()).ok_or_else(unreadable)?;
        let line = |line: &serde_json::Value| {
            Some((line.get("product")?.as_str()?.to_owned(), u32::try_from(line.get("quantity")?.as_u64()?).ok()?))
        };
        lines.iter().map(line).collect::<Option<Lines>>().ok_or_else(unreadable)
    }
}

/// Decodes a chunked body (RFC 9112, 7.1), if it is complete.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?.trim(), 16).ok()?;
        let chunk = rest.get(line + 2..line + 2 + size)?;
        rest = rest.get(line + 2 + size..)?.strip_prefix(b"\r\n")?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(chunk);
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cookie = self.cookie.as_deref().unwrap_or("none");
        write!(f, "status {}, cookie {cookie}, {:.2} s: {:.150}", self.status, self.took.as_secs_f64(), self.text())
    }
}
