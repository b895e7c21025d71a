//! How the money of an order is taken: once for each order, and never without one.
//!
//! An order is stored before its money is asked for, so there is no money without an order. A [`Provider`] knows it by its number,
//! and whoever asks again gets the same answer; and an answer counts only while its order still waits for one. So neither a lost
//! answer nor a second one takes money twice. Where no answer comes in time, the order waits, and is asked about again.

use crate::{
    domain::{
        money::Money,
        order::{OrderNumber, OrderStatus, Payment},
    },
    server::{
        db::shop_order,
        error::{ServerError, chain},
        orders,
        state::AppState,
    },
};
use std::{fmt::Debug, future::Future, pin::Pin, time::Duration};
use tokio::sync::mpsc;

mod pretend;

/// How long a visitor waits for a provider's answer.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Seconds after which a provider is asked again: more than [`PATIENCE`], and twice as long each further time.
pub const ASK_AGAIN: i64 = 15;
/// Seconds between two times at most.
const LONGEST_WAIT: i64 = 15 * 60;
/// How often a running shop looks for orders to ask about.
const INTERVAL: Duration = Duration::from_secs(2);
/// Answers that may wait to be read.
const ANSWERS: usize = 4;

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
struct OnDelivery;

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

fn provider(state: &AppState, payment: Payment) -> Box<dyn Provider> {
    match payment {
        Payment::OnDelivery => Box::new(OnDelivery),
        pretend => Box::new(pretend::Pretend::new(state, pretend)),
    }
}

/// How an order can be paid in this shop.
pub fn offered(state: &AppState) -> &'static [Payment] {
    if state.config().is_production() { &Payment::USUAL } else { &Payment::ALL }
}

/// Asks for the money of an order, and notes what comes. Waits for the first answer, for [`PATIENCE`] at most.
pub async fn take(state: &AppState, order: i64, charge: Charge, payment: Payment) {
    let (answers, mut answered) = mpsc::channel(ANSWERS);
    let taking = provider(state, payment).take(charge, answers);
    let (noting, state) = (mpsc::channel::<()>(1), state.clone());
    let (done, mut first) = noting;
    let number = order;
    tokio::spawn(async move {
        if let Err(error) = taking.await {
            tracing::error!(error = chain(&error), order = number, "a payment could not be asked for; it is asked for again");
        }
    });
    tokio::spawn(async move {
        while let Some(answer) = answered.recv().await {
            if let Err(error) = orders::answered(&state, order, answer).await {
                tracing::error!(error = chain(&error), order, "the answer of a payment could not be noted; it is asked for again");
            }
            let _ = done.try_send(());
        }
    });
    // It goes on without whoever waits here.
    let _ = tokio::time::timeout(PATIENCE, first.recv()).await;
}

/// Asks again about orders whose provider has not answered, and gives money back, for as long as the server runs.
pub async fn run(state: AppState) {
    let mut rounds = tokio::time::interval(INTERVAL);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        rounds.tick().await;
        match ask_due(&state).await {
            Ok(_) => failing = false,
            // Once for a series of failures.
            Err(error) if !std::mem::replace(&mut failing, true) => tracing::error!(error = chain(&error), "could not ask for payments"),
            Err(_) => {}
        }
    }
}

/// Asks about every order that is due; gives how many there were.
pub async fn ask_due(state: &AppState) -> Result<u32, ServerError> {
    let (db, clock) = (state.db(), state.clock());
    let mut asked = 0;
    // Looking takes no lock.
    while shop_order::is_due(db.read().await?.connection(), clock.now()).await? {
        let now = clock.now();
        let due = shop_order::take_due(db.write().await?.connection(), now, now.plus(ASK_AGAIN)).await?;
        let Some((order, number, times)) = due else { break };
        let wait = ASK_AGAIN.saturating_mul(1 << times.clamp(0, 10)).min(LONGEST_WAIT);
        shop_order::ask(db.write().await?.connection(), order, now.plus(wait)).await?;
        let Some(row) = shop_order::by_number(db.read().await?.connection(), &number).await? else { continue };
        let view = orders::summary_of(&row)?;
        let charge = Charge { number: view.number, amount: view.sums.total };
        let payment = Payment::parse(&row.payment).unwrap_or_default();
        match view.status {
            OrderStatus::AwaitingPayment => take(state, order, charge, payment).await,
            OrderStatus::Cancelled => {
                provider(state, payment).give_back(charge).await?;
                shop_order::settle(db.write().await?.connection(), order, OrderStatus::Cancelled.as_str()).await?;
            }
            settled => shop_order::settle(db.write().await?.connection(), order, settled.as_str()).await?,
        }
        asked += 1;
    }
    Ok(asked)
}
