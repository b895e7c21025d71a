//! A mail server that takes everything, or refuses as it is told, and remembers what it took.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A mail as it came over the wire.
#[derive(Clone, Debug)]
pub struct Received {
    pub to: String,
    pub data: String,
}

impl Received {
    /// A part's text with the line breaks and escapes of quoted-printable undone (RFC 2045, 6.7).
    pub fn text(&self) -> String {
        let joined = self.data.replace("=\r\n", "");
        let mut pieces = joined.split('=');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            if let Some(byte) = piece.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok()) {
                text.push(char::from(byte));
                text.push_str(&piece[2..]);
            } else {
                text.push('=');
                text.push_str(piece);
            }
        }
        text
    }
}

/// Listens until it is dropped.
pub struct SmtpServer {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    serving: JoinHandle<()>,
}

impl SmtpServer {
    /// One that takes every mail.
    pub async fn start() -> Self {
        Self::on(0, "250 taken").await
    }

    /// One at this port (0: any), which answers each mail's recipient so.
    pub async fn on(port: u16, answer: &'static str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let taking = Arc::clone(&received);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up ends its own talk only.
                let _ = talk(stream, answer, &taking).await;
            }
        });
        Self { port, received, serving }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Every mail it took, the oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("not poisoned").clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The part of RFC 5321 that a client without extensions uses.
async fn talk(stream: TcpStream, answer: &str, received: &Mutex<Vec<Received>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    let mut to = String::new();
    writing.write_all(b"220 mail.example\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let command = line.to_ascii_uppercase();
        let reply = if command.starts_with("EHLO") || command.starts_with("MAIL") || command.starts_with("RSET") || command == "NOOP" {
            "250 well".to_owned()
        } else if command.starts_with("RCPT") {
            line.clone_into(&mut to);
            answer.to_owned()
        } else if command == "DATA" {
            writing.write_all(b"354 go on\r\n").await?;
            let mut data = String::new();
            while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                data.push_str(line.strip_prefix('.').unwrap_or(&line));
                data.push_str("\r\n");
            }
            let to = to.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            received.lock().expect("not poisoned").push(Received { to, data });
            "250 taken".to_owned()
        } else if command == "QUIT" {
            writing.write_all(b"221 bye\r\n").await?;
            break;
        } else {
            "502 unknown".to_owned()
        };
        writing.write_all(reply.as_bytes()).await?;
        writing.write_all(b"\r\n").await?;
    }
    Ok(())
}
