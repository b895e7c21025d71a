//! What the shop logs, for tests that read it.
//!
//! Tests share one process and one log; what belongs to a test is known by a span around its requests, which
//! sqlx carries into the threads of its own, too.

use std::{
    fmt::Write as _,
    future::Future,
    io::Write,
    sync::{
        Mutex, Once,
        atomic::{AtomicU32, Ordering},
    },
};
use tracing::{Instrument, Span};
use tracing_subscriber::EnvFilter;

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Writer;

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // One event at a time; most belong to tests that do not listen.
        if String::from_utf8_lossy(bytes).contains("listened{") {
            WRITTEN.lock().expect("not poisoned").extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What is logged during some futures.
pub struct Log {
    span: Span,
    mark: String,
}

impl Log {
    pub fn new() -> Self {
        static START: Once = Once::new();
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        START.call_once(|| {
            let ours = EnvFilter::new("satchel=debug,tower_http=debug,sqlx=debug,journeys=info");
            tracing_subscriber::fmt().with_env_filter(ours).with_ansi(false).with_writer(|| Writer).init();
        });
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut mark = String::new();
        write!(mark, "listened{{number={number}}}").expect("a text");
        Self { span: tracing::info_span!("listened", number), mark }
    }

    /// Listens as long as this runs.
    pub fn during<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        future.instrument(self.span.clone())
    }

    /// Every line.
    pub fn all(&self) -> Vec<String> {
        let written = WRITTEN.lock().expect("not poisoned");
        String::from_utf8_lossy(&written).lines().filter(|line| line.contains(&self.mark)).map(str::to_owned).collect()
    }

    /// The lines with this in them.
    pub fn lines(&self, text: &str) -> Vec<String> {
        self.all().into_iter().filter(|line| line.contains(text)).collect()
    }
}
