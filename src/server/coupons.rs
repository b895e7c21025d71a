//! Coupons: the code that a visitor enters is kept in the session, and the coupons themselves in the database.
//!
//! The session keeps no more than the code. What it gives is looked up whenever it is shown, so a coupon that is over or used up
//! says so by itself. `server::place_order` takes a use of it, and `server::order_status` gives it back.

use crate::{
    domain::{
        coupon::{Coupon, CouponCode, DiscountRate, EnteredCoupon, Off, WhyNot},
        flash::Flash,
        money::{Currency, Money},
        shop::DemoCoupon,
        timestamp::Timestamp,
    },
    error::AppError,
    server::{
        db::{
            Database, Transaction,
            coupon::{self, CouponRow},
            shop,
        },
        error::ServerError,
        request::Scope,
        session_data::SessionData,
        state::AppState,
        throttle,
    },
};

/// Keeps the code of a coupon in the session, in place of another one. Refused if the coupon does not hold now.
pub async fn apply(scope: &Scope, code: &CouponCode) -> Result<(), ServerError> {
    let attempt = throttle::coupon(scope).await?;
    let found = holding(&scope.state, code).await;
    // What is refused counts as a guess, also if there is such a coupon: a refusal tells that.
    if !matches!(found, Ok(Err(_))) {
        attempt.goes_on(scope).await;
    }
    if let Some(refusal) = found?.err().and_then(refusal_of) {
        return Err(refusal.into());
    }
    let (code, tell) = (code.clone(), scope.teller());
    let applied = scope.session.update::<_, AppError>(move |data| {
        data.coupon = Some(code.clone());
        tell(data, Flash::CouponEntered);
        Ok(())
    });
    Ok(applied.await?)
}

/// Removes it from the session. One that is not there is no error.
pub async fn remove(scope: &Scope) -> Result<(), ServerError> {
    let tell = scope.teller();
    let removed = scope.session.update::<_, AppError>(move |data| {
        if data.coupon.take().is_some() {
            tell(data, Flash::CouponRemoved);
        }
        Ok(())
    });
    Ok(removed.await?)
}

/// The coupon whose code is in a session, as it is now.
pub async fn entered(state: &AppState, data: &SessionData) -> Result<Option<EnteredCoupon>, ServerError> {
    let Some(code) = data.coupon.clone() else { return Ok(None) };
    let coupon = holding(state, &code).await?;
    Ok(Some(EnteredCoupon { code, coupon }))
}

/// The coupon of a code, if it holds now.
async fn holding(state: &AppState, code: &CouponCode) -> Result<Result<Coupon, WhyNot>, ServerError> {
    let Some(row) = coupon::by_code(state.db().read().await?.connection(), code.as_str()).await? else { return Ok(Err(WhyNot::Unknown)) };
    Ok(coupon_of(row)?.holding(state.catalogue().currency(), state.clock().now()))
}

/// Why a code is refused. One whose minimum is not reached is not: the cart says from which sum on it holds.
fn refusal_of(why: WhyNot) -> Option<AppError> {
    match why {
        WhyNot::Unknown => Some(AppError::UnknownCoupon),
        WhyNot::NotYet { .. } => Some(AppError::CouponNotYet),
        WhyNot::Over => Some(AppError::CouponOver),
        WhyNot::UsedUp => Some(AppError::CouponUsedUp),
        WhyNot::OtherCurrency => Some(AppError::CouponInOtherCurrency),
        WhyNot::BelowMinimum { .. } => None,
    }
}

/// Takes a use of a coupon for an order, in its transaction; gives the number under which the order keeps it. Nothing if the coupon is
/// another one by now, does not hold any more, or was used as often as it may be.
pub(super) async fn take(transaction: &mut Transaction, used: &Coupon, now: Timestamp) -> Result<Option<i64>, ServerError> {
    Ok(coupon::take(transaction.connection(), &row_of(used), now).await?)
}

/// Every coupon, in the order of their codes.
pub async fn all(db: &Database) -> Result<Vec<Coupon>, ServerError> {
    coupon::all(db.read().await?.connection()).await?.into_iter().map(coupon_of).collect()
}

/// Adds a coupon; false, and nothing is done, if there is one of its code.
pub async fn add(db: &Database, new: &Coupon) -> Result<bool, ServerError> {
    Ok(coupon::insert(db.write().await?.connection(), &row_of(new)).await?)
}

/// Removes the coupon of a code; false if there is none. Orders that were placed with it stay as they are.
pub async fn delete(db: &Database, code: &CouponCode) -> Result<bool, ServerError> {
    Ok(coupon::delete(db.write().await?.connection(), code.as_str()).await?)
}

/// Makes sure that a demo has the coupon that its cart names.
pub async fn ensure_demo(db: &Database, currency: Currency) -> Result<(), ServerError> {
    let (code, rate) = (CouponCode::parse(DemoCoupon::CODE), DiscountRate::hundredths(DemoCoupon::HUNDREDTHS));
    let (Ok(code), Some(rate)) = (code, rate) else { return Err(ServerError::Layer("the coupon of the demo")) };
    let row = CouponRow { is_demo: true, ..row_of(&Coupon::new(code, Off::Percent(rate), currency)) };
    // Looked at in the same transaction: a production shop may have been opened meanwhile.
    let mut transaction = db.begin().await?;
    if shop::is_of_production(transaction.connection()).await? {
        return Ok(());
    }
    // Nothing is inserted where it is there already.
    coupon::insert(transaction.connection(), &row).await?;
    Ok(transaction.commit().await?)
}

/// Makes sure that it does not exist: everybody knows its code.
pub async fn remove_demo(db: &Database) -> Result<(), ServerError> {
    if coupon::delete_demo(db.write().await?.connection()).await? > 0 {
        tracing::warn!("removed the demonstration coupon, which cannot exist in production");
    }
    Ok(())
}

/// A stored coupon, read. One that only another release can read is a fault.
fn coupon_of(row: CouponRow) -> Result<Coupon, ServerError> {
    read(&row).ok_or(ServerError::Layer("a stored coupon"))
}

fn read(row: &CouponRow) -> Option<Coupon> {
    let off = match (row.percent, row.amount) {
        (Some(percent), None) => Off::Percent(DiscountRate::hundredths(u16::try_from(percent).ok()?)?),
        (None, Some(amount)) => Off::Amount(Money::minor(amount)?),
        _ => return None,
    };
    let most_uses = match row.most_uses {
        Some(most) => Some(u32::try_from(most).ok()?),
        None => None,
    };
    Some(Coupon {
        code: CouponCode::parse(&row.code).ok()?,
        off,
        minimum: Money::minor(row.minimum)?,
        currency: row.currency.parse().ok()?,
        from: row.valid_from.map(Timestamp::seconds),
        until: row.valid_until.map(Timestamp::seconds),
        most_uses,
        used: u32::try_from(row.used).ok()?,
    })
}

fn row_of(coupon: &Coupon) -> CouponRow {
    let Coupon { code, off, minimum, currency, from, until, most_uses, used } = coupon;
    let (percent, amount) = match off {
        Off::Percent(rate) => (Some(rate.get().into()), None),
        Off::Amount(amount) => (None, Some(amount.units())),
    };
    CouponRow {
        code: code.to_string(),
        percent,
        amount,
        currency: currency.code().to_owned(),
        minimum: minimum.units(),
        valid_from: from.map(Timestamp::get),
        valid_until: until.map(Timestamp::get),
        most_uses: most_uses.map(i64::from),
        used: (*used).into(),
        is_demo: false,
    }
}
