//! What the dashboard of an account shows.

use crate::{
    domain::{
        dashboard::{CartSummary, DashboardView},
        security_event::SecurityEventView,
        spending::{self, OwnOrders},
        visitor::Visitor,
    },
    server::{devices, error::ServerError, orders, security_log, session_data::Session, state::AppState},
};

/// Events that are shown; the page of the account has more.
const EVENTS: i64 = 5;
/// Orders that are looked at for what was spent in a year.
const ORDERS: i64 = 1_000;
/// Orders that are listed.
const LISTED: usize = 10;

/// The dashboard of the session's account; nothing if nobody is logged in.
pub async fn view(state: &AppState, session: &Session, visitor: &Visitor) -> Result<Option<DashboardView>, ServerError> {
    let (Some(login), Some(data)) = (session.login(), session.get()) else { return Ok(None) };
    let (Some(shown_session), Some(shown_login)) = (visitor.session.clone(), visitor.login.clone()) else { return Ok(None) };
    // The number is read first, so a change while the rest is read is news for the page.
    let account = state.sessions().account_number(login.account_id).await?;
    let events = security_log::of_account(state.db(), login.account_id.get(), EVENTS).await?;
    Ok(Some(DashboardView {
        account,
        cart: CartSummary { count: visitor.cart.count, total: visitor.cart.total, currency: visitor.cart.currency },
        likes: visitor.likes.count,
        session: shown_session,
        days: data.visit_days.until(state.clock().now()),
        forgets: state.shop().forgets,
        login: shown_login,
        logins: devices::view(state, session).await?,
        events: events.into_iter().map(SecurityEventView::from).collect(),
    }))
}

/// What the session's account ordered; nothing if nobody is logged in.
pub async fn orders(state: &AppState, session: &Session) -> Result<Option<OwnOrders>, ServerError> {
    let Some(login) = session.login() else { return Ok(None) };
    let mut newest = orders::of_account(state.db(), login.account_id.get(), ORDERS).await?;
    let currency = state.config().currency;
    let months = spending::by_month(&newest, currency, state.clock().now());
    newest.truncate(LISTED);
    Ok(Some(OwnOrders { newest, months, currency }))
}
