//! How the money of an order is taken: once for each order, and never without one.
//!
//! An order is stored before its money is asked for, so there is no money without an order. A [`Provider`] knows it by its number,
//! and whoever asks again gets the same answer; and an answer counts only while its order still waits for one. So neither a lost
//! answer nor a second one takes money twice. Where no answer comes in time, the order waits, and is asked about again.

use crate::{
    domain::order::{OrderStatus, Payment},
    server::{
        db::shop_order::{self, OrderRow},
        error::{ServerError, chain},
        order_status,
        orders::OrderFacts,
        payment_provider::{Charge, OnDelivery, Provider},
        pretend_provider::Pretend,
        state::AppState,
    },
};
use std::time::Duration;
use tokio::{sync::mpsc, task::JoinSet};

/// How long a visitor waits for a provider's answer.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Seconds after which a provider is asked again; more than [`PATIENCE`].
pub const ASK_AGAIN: i64 = 30;
/// How often a running shop looks for orders to ask about.
const INTERVAL: Duration = Duration::from_secs(2);
/// Orders that are asked about at once.
const AT_ONCE: usize = 16;
/// Answers that may wait to be read.
const ANSWERS: usize = 4;

fn provider(state: &AppState, payment: Payment) -> Box<dyn Provider> {
    match payment {
        Payment::OnDelivery => Box::new(OnDelivery),
        pretend => Box::new(Pretend::new(state, pretend)),
    }
}

/// How an order can be paid in this shop.
pub fn offered(state: &AppState) -> &'static [Payment] {
    if state.config().is_production() { &Payment::USUAL } else { &Payment::ALL }
}

/// Asks for the money of an order, and notes what comes. Waits for the first answer, for [`PATIENCE`] at most.
pub async fn take(state: &AppState, order: i64, charge: Charge, payment: Payment) {
    let (answers, mut answered) = mpsc::channel(ANSWERS);
    let (noted, mut first) = mpsc::channel::<()>(1);
    let asking = provider(state, payment).take(charge, answers);
    let state = state.clone();
    let noting = async move {
        while let Some(answer) = answered.recv().await {
            match order_status::answered(&state, order, answer).await {
                Ok(()) => drop(noted.try_send(())),
                Err(error) => tracing::error!(error = chain(&error), order, "the answer of a payment was not noted; it is asked for again"),
            }
        }
    };
    // Both go on without whoever waits here.
    tokio::spawn(async move {
        let (asked, ()) = tokio::join!(asking, noting);
        if let Err(error) = asked {
            tracing::error!(error = chain(&error), order, "a payment could not be asked for; it is asked for again");
        }
    });
    if tokio::time::timeout(PATIENCE, first.recv()).await.ok().flatten().is_none() {
        tracing::warn!(order, "the provider of a payment has not answered; it is asked again");
    }
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

/// Asks about the orders that are due, several at once; gives how many there were.
pub async fn ask_due(state: &AppState) -> Result<u32, ServerError> {
    let (db, clock) = (state.db(), state.clock());
    let (mut asking, mut asked) = (JoinSet::new(), 0);
    // Looking takes no lock.
    while asking.len() < AT_ONCE && shop_order::is_due(db.read().await?.connection(), clock.now()).await? {
        let now = clock.now();
        let due = shop_order::take_due(db.write().await?.connection(), now, now.plus(ASK_AGAIN)).await?;
        let Some(order) = due else { break };
        let state = state.clone();
        asked += 1;
        asking.spawn(async move {
            let number = order.id;
            // It does not keep others from being asked about.
            if let Err(error) = ask(&state, order).await {
                tracing::error!(error = chain(&error), order = number, "could not ask about an order; it is asked about again");
            }
        });
    }
    asking.join_all().await;
    Ok(asked)
}

async fn ask(state: &AppState, order: OrderRow) -> Result<(), ServerError> {
    let OrderFacts { number, status, sums, payment, .. } = OrderFacts::of(&order)?;
    let charge = Charge { number, amount: sums.total };
    match status {
        OrderStatus::AwaitingPayment => take(state, order.id, charge, payment).await,
        OrderStatus::Cancelled => {
            provider(state, payment).give_back(charge).await?;
            shop_order::settle(state.db().write().await?.connection(), order.id, OrderStatus::Cancelled.as_str()).await?;
        }
        settled => shop_order::settle(state.db().write().await?.connection(), order.id, settled.as_str()).await?,
    }
    Ok(())
}
