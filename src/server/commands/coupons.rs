//! `satchel coupons add | list | remove`.

use super::{CommandError, open, say};
use crate::{
    domain::{
        coupon::{Coupon, CouponCode, CouponCodeError, DiscountRate, Off},
        money::{Currency, Money, Price},
        timestamp::Timestamp,
    },
    server::{catalogue, config::Config, coupons, serve::StartError},
};
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(super) enum CouponsCommand {
    /// Add a coupon, whose code buyers enter in their cart
    Add(NewCoupon),
    /// Print every coupon: code, what it takes off, from which sum, from when until when, and how often it was used
    List,
    /// Remove a coupon; orders that were placed with it stay as they are
    Remove {
        /// Its code
        code: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct NewCoupon {
    /// Its code: 1 to 32 letters and digits, with single hyphens between them
    code: String,
    /// What it takes off, in percent of the products: 10, 12.5
    #[arg(long, value_parser = rate, required_unless_present = "amount", conflicts_with = "amount")]
    percent: Option<DiscountRate>,
    /// What it takes off, in the shop's currency: 5.00
    #[arg(long)]
    amount: Option<String>,
    /// What the products have to cost at least: 20.00
    #[arg(long)]
    minimum: Option<String>,
    /// The first day on which it holds, in UTC: 2026-12-01
    #[arg(long, value_parser = day)]
    from: Option<Timestamp>,
    /// The last day on which it holds, in UTC: 2026-12-31
    #[arg(long, value_parser = day)]
    until: Option<Timestamp>,
    /// How many orders may have it; without it, any number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    uses: Option<u32>,
}

/// Why a coupon was not added or removed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CouponError {
    #[error("{0:?} cannot be the code of a coupon")]
    Code(String, #[source] CouponCodeError),
    #[error("{0:?} is no amount in {1} above nothing; write it like a price of the catalogue")]
    Amount(String, Currency),
    #[error("it would be over before it begins")]
    Days,
    #[error("there is a coupon {0} already; nothing was changed")]
    Taken(CouponCode),
    #[error("there is no coupon {0}")]
    Unknown(CouponCode),
}

/// Runs one of them.
pub(super) async fn run(command: CouponsCommand, config: Config) -> Result<(), CommandError> {
    let db = open(&config).await?;
    db.migrate().await.map_err(StartError::from)?;
    match command {
        CouponsCommand::Add(new) => {
            catalogue::check_currency(&db, config.currency).await?.map_err(StartError::from)?;
            let coupon = new.check(config.currency)?;
            if !coupons::add(&db, &coupon).await? {
                return Err(CouponError::Taken(coupon.code).into());
            }
            say(&format!("the coupon {} is added", coupon.code))
        }
        CouponsCommand::List => {
            say("code                              takes off        from sum         first day   last day    used")?;
            for coupon in coupons::all(&db).await? {
                say(&line(&coupon))?;
            }
            Ok(())
        }
        CouponsCommand::Remove { code } => {
            let code = code_of(code)?;
            if !coupons::delete(&db, &code).await? {
                return Err(CouponError::Unknown(code).into());
            }
            say(&format!("the coupon {code} is removed"))
        }
    }
}

impl NewCoupon {
    /// The coupon that it asks for.
    fn check(self, currency: Currency) -> Result<Coupon, CouponError> {
        let Self { code, percent, amount, minimum, from, until, uses } = self;
        let sum = |text: String| {
            let price = Price::parse(&text, currency).filter(|price| *price > Price::default());
            price.map(Price::money).ok_or(CouponError::Amount(text, currency))
        };
        let off = match (percent, amount) {
            (Some(rate), _) => Off::Percent(rate),
            (None, amount) => Off::Amount(sum(amount.unwrap_or_default())?),
        };
        let minimum = minimum.map(sum).transpose()?.unwrap_or(Money::ZERO);
        // The day after the last one.
        let until = until.map(|day| day.plus(Timestamp::DAY));
        if from.zip(until).is_some_and(|(from, until)| from >= until) {
            return Err(CouponError::Days);
        }
        Ok(Coupon { minimum, from, until, most_uses: uses, ..Coupon::new(code_of(code)?, off, currency) })
    }
}

fn code_of(text: String) -> Result<CouponCode, CouponError> {
    CouponCode::parse(&text).map_err(|error| CouponError::Code(text, error))
}

fn rate(text: &str) -> Result<DiscountRate, &'static str> {
    DiscountRate::parse(text).ok_or("not a number above 0 and up to 100, with at most two decimals")
}

fn day(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::parse_date(text).ok_or("not a day like 2026-12-31")
}

/// A coupon as the list prints it.
fn line(coupon: &Coupon) -> String {
    let Coupon { code, off, minimum, currency, from, until, most_uses, used } = coupon;
    let units = |amount: Money| format!("{} {currency}", amount.units());
    let off = match off {
        Off::Percent(rate) => format!("{}.{:02} %", rate.get() / 100, rate.get() % 100),
        Off::Amount(amount) => units(*amount),
    };
    let minimum = if minimum.is_zero() { "-".to_owned() } else { units(*minimum) };
    let day = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), Timestamp::date);
    // The last day is the one before it is over.
    let (first, last) = (day(*from), day(until.map(|until| until.plus(-1))));
    let most = most_uses.map(|most| format!(" of {most}")).unwrap_or_default();
    format!("{code:<32}  {off:<15}  {minimum:<15}  {first:<10}  {last:<10}  {used}{most}")
}
