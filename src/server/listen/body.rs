//! The bodies of requests and answers. They tell their connection when they are complete.

use super::{alarm::Alarm, line::Line};
use axum::{
    BoxError,
    body::{Body, HttpBody},
};
use hyper::body::{Bytes, Frame, Incoming, SizeHint};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

/// The body of a request did not arrive in time.
#[derive(Debug, thiserror::Error)]
#[error("the body of a request took too long")]
pub struct TooSlow;

/// A request's body on its way in.
#[derive(Debug)]
pub(super) struct Arriving {
    body: Incoming,
    line: Arc<Line>,
    alarm: Alarm,
}

impl Arriving {
    /// The whole body must arrive within this time.
    pub(super) fn new(body: Incoming, line: Arc<Line>, time: Duration) -> Self {
        line.set_unread(true);
        Self { body, line, alarm: Alarm::after(time) }
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Pending => {
                ready!(this.alarm.poll(context));
                Poll::Ready(Some(Err(TooSlow.into())))
            }
            Poll::Ready(frame) => {
                if frame.is_none() || this.body.is_end_stream() {
                    this.line.set_unread(false);
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body on its way out. When it is dropped, the connection waits for the next request.
#[derive(Debug)]
pub(super) struct Leaving {
    body: Body,
    line: Arc<Line>,
}

impl Leaving {
    pub(super) fn new(body: Body, line: Arc<Line>) -> Self {
        Self { body, line }
    }
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.line.answered();
    }
}
