//! Fills the memory of a store's server with values, by its own protocol, and can remove them again.

use super::{
    report::{Outcome, failed},
    store_server::Kind,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// Lengths of the values, the largest first. Small ones fill the space between large ones, and memcached has separate memory for
/// each class of sizes.
const LENGTHS: [usize; 9] = [3_000, 1_500, 1_000, 700, 350, 180, 80, 40, 1];
/// The most values. If more fit, the memory is not limited.
const MOST: usize = 100_000;
/// How many values one write removes.
const AT_ONCE: usize = 200;

/// The values that fill the memory.
pub struct Ballast {
    kind: Kind,
    stream: BufReader<TcpStream>,
    names: Vec<String>,
}

impl Ballast {
    /// Stores values until the server has no memory for another one.
    pub async fn load(kind: Kind, host: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(host).await.map_err(|error| failed(host, error))?;
        stream.set_nodelay(true).map_err(|error| failed(host, error))?;
        let mut ballast = Self { kind, stream: BufReader::new(stream), names: Vec::new() };
        for length in LENGTHS {
            while ballast.store(length).await? {
                if ballast.names.len() > MOST {
                    return Err(failed("the ballast", "the memory has no limit"));
                }
            }
        }
        Ok(ballast)
    }

    /// Removes the values.
    pub async fn remove(mut self) -> Outcome<()> {
        let word = if self.kind == Kind::Redis { "DEL" } else { "delete" };
        for names in std::mem::take(&mut self.names).chunks(AT_ONCE) {
            let words: Vec<String> = names.iter().map(|name| format!("{word} {name}\r\n")).collect();
            self.send(&words.concat()).await?;
            for _ in names {
                self.answer().await?;
            }
        }
        Ok(())
    }

    /// Stores one more value; false if there is no memory for it.
    async fn store(&mut self, length: usize) -> Outcome<bool> {
        let (name, value) = (format!("ballast:{}", self.names.len()), "x".repeat(length));
        let words = match self.kind {
            Kind::Redis => format!("SET {name} {value}\r\n"),
            _ => format!("set {name} 0 0 {length}\r\n{value}\r\n"),
        };
        self.send(&words).await?;
        let answer = self.answer().await?;
        if answer.contains("OOM") || answer.contains("out of memory") {
            return Ok(false);
        }
        if !["+OK", "STORED"].contains(&answer.as_str()) {
            return Err(failed("the ballast", answer));
        }
        self.names.push(name);
        Ok(true)
    }

    async fn send(&mut self, words: &str) -> Outcome<()> {
        self.stream.write_all(words.as_bytes()).await.map_err(|error| failed("the ballast", error))
    }

    async fn answer(&mut self) -> Outcome<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.map_err(|error| failed("the ballast", error))?;
        Ok(line.trim_end().to_owned())
    }
}
