//! What an account spent, month by month.

use crate::domain::{
    money::{Currency, Money},
    order::OrderSummary,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// How many months are shown, this one included.
pub const MONTHS: i64 = 12;

/// What an account ordered, as its dashboard shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnOrders {
    /// Its newest orders, the newest first.
    pub newest: Vec<OrderSummary>,
    /// What it spent, month by month, the oldest first.
    pub months: Vec<MonthSpent>,
    /// In this currency.
    pub currency: Currency,
}

/// A month, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthSpent {
    /// The year.
    pub year: i64,
    /// From 1 to 12.
    pub month: i64,
    /// What was spent.
    pub amount: Money,
    /// In how many orders.
    pub orders: u32,
}

impl MonthSpent {
    /// As `2026-11`.
    pub fn machine(&self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    /// Its first day, for [`crate::words::month`].
    pub fn first_day(&self) -> Timestamp {
        Timestamp::of_date(self.year, self.month, 1)
    }
}

/// The last [`MONTHS`] months, the oldest first. Orders that were cancelled or declined do not count, nor do those in another currency.
pub fn by_month(orders: &[OrderSummary], currency: Currency, now: Timestamp) -> Vec<MonthSpent> {
    let number = |at: Timestamp| {
        let (year, month) = at.year_and_month();
        year * 12 + month - 1
    };
    let this = number(now);
    let counted = |month: i64| {
        let of_month = orders
            .iter()
            .filter(|order| order.status.counts_as_spent() && order.sums.currency == currency && number(order.placed_at) == month);
        let (amount, orders) = of_month.fold((Money::ZERO, 0), |(sum, count), order| (sum.plus(order.sums.total), count + 1));
        MonthSpent { year: month.div_euclid(12), month: month.rem_euclid(12) + 1, amount, orders }
    };
    (0..MONTHS).rev().map(|back| counted(this - back)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        order::{OrderNumber, OrderStatus},
        terms::{Delivery, Sums, Terms},
    };

    #[test]
    fn what_was_spent_is_summed_up_by_months_of_utc() {
        let order = |seconds: i64, units: i64, status, currency| OrderSummary {
            number: OrderNumber::of_bits(1),
            status,
            placed_at: Timestamp::seconds(seconds),
            pieces: 1,
            sums: Sums::of(Money::minor(units).expect("in bounds"), Money::ZERO, currency, Delivery::Standard, Terms::default()),
        };
        // 2026-11-20; 2026-11-01 00:00:00 is 1793491200.
        let now = Timestamp::seconds(1_795_209_240);
        let november = 1_793_491_200;
        let orders = [
            order(november, 100, OrderStatus::Placed, Currency::Usd),
            order(november + 5, 20, OrderStatus::Sent, Currency::Usd),
            order(november + 6, 1_000, OrderStatus::Cancelled, Currency::Usd),
            order(november + 7, 1_000, OrderStatus::Declined, Currency::Usd),
            order(november + 8, 1_000, OrderStatus::AwaitingPayment, Currency::Usd),
            order(november + 9, 1_000, OrderStatus::Placed, Currency::Eur),
            order(november - 1, 3, OrderStatus::Placed, Currency::Usd),
            // Twelve months before, which is one too many.
            order(november - 340 * 86_400, 7, OrderStatus::Placed, Currency::Usd),
        ];
        let months = by_month(&orders, Currency::Usd, now);
        let told: Vec<(String, i64, u32)> = months.iter().map(|one| (one.machine(), one.amount.units(), one.orders)).collect();
        assert_eq!((told.len(), &told[0].0[..]), (12, "2025-12"));
        assert_eq!(told[11], ("2026-11".to_owned(), 120, 2));
        assert_eq!(told[10], ("2026-10".to_owned(), 3, 1));
        assert_eq!(told[0].1, 0, "November of the year before is not in it");
        assert_eq!(months[11].first_day(), Timestamp::seconds(november));
    }
}
