//! Lets two requests take turns, step by step, in an order the test chooses.
//!
//! The shop tells its probe before each step (`server::sessions::probe`); here the request stops until it
//! is its turn. So every way in which two requests can come between each other is tried, and none is luck.

use async_trait::async_trait;
use satchel::server::sessions::probe::{Observer, Probe, Step};
use std::{future::Future, sync::Arc};
use tokio::sync::Semaphore;

tokio::task_local! {
    /// Which of the two requests this task is.
    static WHO: usize;
}

/// A request stops before loading, changing and answering: that many turns end it.
const STEPS: usize = 3;
/// More than any request needs.
const FREELY: usize = 1_000;

/// Where the two requests wait for their turn.
#[derive(Debug, Default)]
pub struct Turns([Seat; 2]);

#[derive(Debug)]
struct Seat {
    go: Semaphore,
    waiting: Semaphore,
}

impl Default for Seat {
    fn default() -> Self {
        Self { go: Semaphore::new(0), waiting: Semaphore::new(0) }
    }
}

#[async_trait]
impl Observer for Turns {
    async fn reached(&self, _: Step) {
        // Requests that take no turns, such as those that look at the outcome, pass.
        let Ok(seat) = WHO.try_with(|who| &self.0[*who]) else { return };
        seat.waiting.add_permits(1);
        seat.go.acquire().await.expect("never closed").forget();
    }
}

impl Seat {
    async fn stopped(&self) {
        self.waiting.acquire().await.expect("never closed").forget();
    }

    /// Forgets the last pair of requests.
    fn reset(&self) {
        // More than were given: whoever stopped less often has left some.
        self.go.forget_permits(2 * FREELY);
        self.waiting.forget_permits(2 * FREELY);
    }
}

impl Turns {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn probe(self: &Arc<Self>) -> Probe {
        Probe::new(Arc::clone(self) as Arc<dyn Observer>)
    }

    /// Runs both requests in this order of turns; 0 and 1 name them.
    pub async fn take<A, B>(
        &self,
        order: &[usize],
        first: impl Future<Output = A> + Send + 'static,
        second: impl Future<Output = B> + Send + 'static,
    ) -> (A, B)
    where
        A: Send + 'static,
        B: Send + 'static,
    {
        self.0.iter().for_each(Seat::reset);
        let (first, second) = (tokio::spawn(WHO.scope(0, first)), tokio::spawn(WHO.scope(1, second)));
        let done = [first.abort_handle(), second.abort_handle()];
        for seat in &self.0 {
            seat.stopped().await;
        }
        for who in order {
            self.0[*who].go.add_permits(1);
            // Until it stops again, or has answered.
            tokio::select! {
                () = self.0[*who].stopped() => {}
                () = async { while !done[*who].is_finished() { tokio::task::yield_now().await } } => {}
            }
        }
        self.0.iter().for_each(|seat| seat.go.add_permits(FREELY));
        (first.await.expect("an answer"), second.await.expect("an answer"))
    }
}

/// Every order in which two requests can take their turns: 20 of them.
pub fn orders() -> Vec<Vec<usize>> {
    (0..1_u32 << (2 * STEPS))
        .filter(|bits| bits.count_ones() as usize == STEPS)
        .map(|bits| (0..2 * STEPS).map(|at| (bits >> at & 1) as usize).collect())
        .collect()
}
