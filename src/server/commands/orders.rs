//! `satchel orders list | send`.

use super::{CommandError, say, state};
use crate::{
    domain::order::{OrderNumber, OrderSummary},
    error::AppError,
    server::{audit::Actor, config::Config, error::ServerError, order_status, orders},
};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum OrdersCommand {
    /// Print the newest orders: number, status, when, items and total in minor units
    List {
        /// How many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        most: i64,
    },
    /// Note that an order was sent, and tell its buyer; it cannot be cancelled any more
    Send {
        /// Its number
        number: String,
    },
}

/// Runs one of them.
pub(super) async fn run(command: OrdersCommand, config: Config) -> Result<(), CommandError> {
    let state = state(config).await?;
    match command {
        OrdersCommand::List { most } => {
            say("number       status            ordered            items         total")?;
            for OrderSummary { number, status, placed_at, pieces, sums } in orders::newest(state.db(), most).await? {
                let (at, total) = (placed_at.utc(), sums.total.units());
                say(&format!("{number}  {:<16}  {at}  {pieces:>5}  {total:>12} {}", status.as_str(), sums.currency))?;
            }
            Ok(())
        }
        OrdersCommand::Send { number } => {
            let number = OrderNumber::parse(&number).map_err(|_| ServerError::from(AppError::UnknownOrder))?;
            order_status::send(&state, &number, Actor::Operator).await?;
            say(&format!("the order {number} is noted as sent"))
        }
    }
}
