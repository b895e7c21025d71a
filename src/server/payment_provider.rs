//! Who takes the money of an order: what a shop asks of a payment provider, and the one that is paid on delivery.

use crate::{
    domain::{money::Money, order::OrderNumber},
    server::error::ServerError,
};
use std::{fmt::Debug, future::Future, pin::Pin};
use tokio::sync::mpsc;

/// What a provider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The money is taken.
    Taken,
    /// The money is not taken, and will not be.
    Declined,
}

/// An order's money.
#[derive(Clone, Debug)]
pub struct Charge {
    /// By which the provider knows the order.
    pub number: OrderNumber,
    /// How much.
    pub amount: Money,
}

/// What a provider does, to its end.
pub type Doing<T> = Pin<Box<dyn Future<Output = Result<T, ServerError>> + Send>>;

/// Takes money and gives it back, once for each order, however often it is asked.
pub trait Provider: Debug + Send + Sync {
    /// Takes the money of an order. What it says goes to `answers`: usually one answer, but it may be none, or the same again.
    fn take(&self, charge: Charge, answers: mpsc::Sender<Answer>) -> Doing<()>;
    /// Gives it back. What was not taken by then never is.
    fn give_back(&self, charge: Charge) -> Doing<()>;
}

/// The buyer pays whoever brings the order: there is nothing to take before.
#[derive(Debug)]
pub struct OnDelivery;

impl Provider for OnDelivery {
    fn take(&self, _: Charge, answers: mpsc::Sender<Answer>) -> Doing<()> {
        Box::pin(async move {
            // Nobody listens any more where the visitor did not wait; then the order is asked about again.
            let _ = answers.send(Answer::Taken).await;
            Ok(())
        })
    }

    fn give_back(&self, _: Charge) -> Doing<()> {
        Box::pin(async { Ok(()) })
    }
}
