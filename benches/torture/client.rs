//! A client that looks like a browser to the shop: one connection, one cookie, HTTP/1.1, written by hand.

use super::answer::Answer;
use std::{
    fmt,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// The longest wait for an answer. No trial allows a longer one.
const PATIENCE: Duration = Duration::from_secs(15);

/// A visitor of the node at `address`. It keeps the cookie that it gets.
pub struct Visitor {
    pub address: SocketAddr,
    pub cookie: Option<String>,
    stream: Option<TcpStream>,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Cut {
    /// No server listened, so the request was never sent.
    Unsent,
    /// The connection ended before the answer did.
    Lost(String),
    /// No complete answer within [`PATIENCE`].
    Silent,
}

impl Visitor {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookie: None, stream: None }
    }

    /// A visitor who sends this cookie header.
    pub fn with_cookie(address: SocketAddr, cookie: impl Into<String>) -> Self {
        Self { cookie: Some(cookie.into()), ..Self::new(address) }
    }

    /// Goes on at another address, on a new connection.
    pub fn move_to(&mut self, address: SocketAddr) {
        *self = Self { cookie: self.cookie.take(), ..Self::new(address) };
    }

    /// Reads a page as a browser does.
    pub async fn page(&mut self, path: &str) -> Result<Answer, Cut> {
        self.ask("GET", path, "text/html", None).await
    }

    /// Reads data as a script does.
    pub async fn data(&mut self, path: &str) -> Result<Answer, Cut> {
        self.ask("GET", path, "application/json", None).await
    }

    /// Calls an endpoint as a script does.
    pub async fn call(&mut self, path: &str, form: &str) -> Result<Answer, Cut> {
        self.ask("POST", path, "application/json", Some(form)).await
    }

    /// Sends a form as a browser without scripts does.
    pub async fn form(&mut self, path: &str, form: &str) -> Result<Answer, Cut> {
        self.ask("POST", path, "text/html", Some(form)).await
    }

    async fn ask(&mut self, method: &str, path: &str, accept: &str, form: Option<&str>) -> Result<Answer, Cut> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\naccept: {accept}\r\n", self.address);
        if let Some(cookie) = &self.cookie {
            request.extend(["cookie: ", cookie, "\r\n"]);
        }
        if let Some(form) = form {
            let length = form.len().to_string();
            request.extend(["content-type: application/x-www-form-urlencoded\r\ncontent-length: ", &length, "\r\n"]);
        }
        request += "\r\n";
        request += form.unwrap_or_default();
        let answer = timeout(PATIENCE, self.exchange(&request)).await.unwrap_or(Err(Cut::Silent))?;
        if let Some(cookie) = &answer.cookie {
            self.cookie = Some(cookie.clone());
        }
        Ok(answer)
    }

    async fn exchange(&mut self, request: &str) -> Result<Answer, Cut> {
        let begun = Instant::now();
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(self.address).await.map_err(|_| Cut::Unsent)?,
        };
        stream.write_all(request.as_bytes()).await.map_err(|error| Cut::Lost(error.to_string()))?;
        let mut bytes = Vec::with_capacity(64 * 1_024);
        loop {
            let read = stream.read_buf(&mut bytes).await.map_err(|error| Cut::Lost(error.to_string()))?;
            if read == 0 {
                return Err(Cut::Lost("closed".to_owned()));
            }
            if let Some(answer) = Answer::parse(&bytes, begun) {
                if !answer.closes {
                    self.stream = Some(stream);
                }
                return Ok(answer);
            }
        }
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsent => f.write_str("nobody listens"),
            Self::Lost(why) => write!(f, "cut off ({why})"),
            Self::Silent => write!(f, "no answer within {} s", PATIENCE.as_secs()),
        }
    }
}
