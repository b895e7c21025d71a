//! A time limit that may be moved.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// A time limit that may be moved. It is moved for each request, so moving it must be cheap: the timer inside is only reset when it
/// goes off too early, or would go off too late.
#[derive(Debug, Default)]
pub(super) struct Alarm {
    at: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Alarm {
    pub(super) fn after(time: Duration) -> Self {
        Self { at: Some(Instant::now() + time), timer: None }
    }

    pub(super) fn set(&mut self, time: Duration) {
        self.at = Some(Instant::now() + time);
    }

    pub(super) fn clear(&mut self) {
        self.at = None;
    }

    pub(super) fn is_set(&self) -> bool {
        self.at.is_some()
    }

    /// Ready when the time is over.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(at) = self.at else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() > at {
            timer.as_mut().reset(at);
        }
        loop {
            ready!(timer.as_mut().poll(context));
            if timer.deadline() >= at {
                return Poll::Ready(());
            }
            timer.as_mut().reset(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_alarm_rings_when_it_was_last_set_for() {
        let time = Duration::from_millis;
        let mut alarm = Alarm::default();
        let now = async |alarm: &mut Alarm| std::future::poll_fn(|context| Poll::Ready(alarm.poll(context))).await;
        assert!(now(&mut alarm).await.is_pending(), "it is not set");
        for millis in [10, 40, 20, 40] {
            alarm.set(time(60_000));
            assert!(now(&mut alarm).await.is_pending());
            alarm.set(time(millis));
            let start = Instant::now();
            std::future::poll_fn(|context| alarm.poll(context)).await;
            assert!((time(millis)..time(20_000)).contains(&start.elapsed()), "{:?}", start.elapsed());
        }
    }
}
