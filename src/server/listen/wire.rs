//! A client's bytes, with a time limit for each wait.

use super::{
    alarm::Alarm,
    bounds::Times,
    line::{Line, Phase},
};
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// How long bytes are still read after the last answer. A connection that is closed with unread bytes is reset, and then the client
/// could not read that answer.
const LINGER: Duration = Duration::from_secs(2);

/// A client's bytes, with a time limit for each wait.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    line: Arc<Line>,
    times: Times,
    /// The phase for which `reading` was set.
    waits: Option<Phase>,
    reading: Alarm,
    writing: Alarm,
    leaving: Alarm,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, line: Arc<Line>, times: Times) -> Self {
        let [reading, writing, leaving] = std::array::from_fn(|_| Alarm::default());
        Self { stream, line, times, waits: None, reading, writing, leaving }
    }

    /// Ready when the client let the server wait for too long.
    fn waited(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let phase = self.line.phase();
        if self.waits != Some(phase) {
            self.waits = Some(phase);
            match phase {
                Phase::Opened | Phase::Head => self.reading.set(self.times.head),
                Phase::Idle => self.reading.set(self.times.idle),
                // A body has its own time limit, and an answer may take long.
                Phase::Answer => self.reading.clear(),
            }
        }
        self.reading.poll(context)
    }

    /// Passes the result of a write on, or an error if the client accepted nothing for too long.
    fn written<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.writing.clear();
            return written;
        }
        if !self.writing.is_set() {
            self.writing.set(self.times.standstill);
        }
        ready!(self.writing.poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if read.is_ready() {
            if this.line.hear(&buffer.filled()[before..]) {
                this.waits = None;
            }
            return read;
        }
        ready!(this.waited(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(context, written)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        // After an answer, hyper does not read again before it is woken. This sets the timer that wakes it when the time is over.
        let _ = this.waited(context);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.leaving.is_set() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
            if !this.line.is_interrupted() {
                return Poll::Ready(Ok(()));
            }
            this.leaving.set(LINGER);
        }
        let mut unread = [0; 4_096];
        while this.leaving.poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut unread);
            let read = ready!(Pin::new(&mut this.stream).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}
