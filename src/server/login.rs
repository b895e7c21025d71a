//! How a login begins, whatever proved who the visitor is.

use crate::{
    domain::{flash::Flash, visitor::LoginMethod},
    error::AppError,
    server::{
        db::preference,
        error::{ServerError, chain},
        log::{self, AuthEvent},
        preferences,
        request::Scope,
        session_data::Event,
        sessions::{AccountId, Login},
    },
};
use std::time::Duration;

/// How long a log in may look for a cart on another device.
const OFFERING: Duration = Duration::from_millis(250);

/// The guest's session becomes the account's: what is in it stays, its id does not. The page that follows tells `also`, too.
pub async fn begin(
    scope: &Scope,
    account: i64,
    username: String,
    method: LoginMethod,
    remembered: bool,
    also: Option<Flash>,
) -> Result<(), ServerError> {
    let account_id = AccountId::new(account);
    let begun = if method == LoginMethod::Registration { Flash::Registered } else { Flash::LoggedIn };
    let elsewhere = fullest_cart(scope, account_id).await;
    let of_account = preference::of(scope.state.db().read().await?.connection(), account).await?;
    let at = scope.state.clock().now();
    let login = Login { account_id, username, at, method: method.as_str().to_owned(), remembered, device: scope.device() };
    let teller = scope.teller.clone();
    let logged_in = scope.session.log_in::<_, AppError>(login, move |data| {
        data.pass_on(Event::LoggedIn(account));
        let chosen = data.preferences.meet(of_account);
        // On the page of this log in, whatever tab sent the form.
        let is_back = std::mem::take(&mut data.typed).pop().map(|typed| {
            teller.keep(data, typed.what);
            Flash::TypedIsBack
        });
        [Some(begun.clone()), is_back, also.clone(), elsewhere.clone()].into_iter().flatten().for_each(|flash| teller.tell(data, flash));
        Ok(chosen)
    });
    let chosen = logged_in.await?;
    log::auth(AuthEvent::LoggedIn, Some(account), scope.device().address);
    if let Some(chosen) = chosen {
        preferences::take_over(scope, account, chosen).await;
    }
    Ok(())
}

/// The offer to bring the account's fullest cart from another device, if there is one.
async fn fullest_cart(scope: &Scope, account: AccountId) -> Option<Flash> {
    // The offer must not make a log in fail or slow.
    let logins = match tokio::time::timeout(OFFERING, scope.state.sessions().of_account(account)).await.ok()? {
        Ok(logins) => logins,
        Err(error) => {
            tracing::warn!(error = chain(&error), "could not look for carts on other devices");
            return None;
        }
    };
    let others = logins.into_iter().filter(|listed| !scope.session.is(listed));
    let (pieces, handle) =
        others.map(|listed| (listed.state.data.cart.pieces_with_later(), listed.handle)).max_by_key(|(pieces, _)| *pieces)?;
    (pieces > 0).then(|| Flash::CartElsewhere { session: handle.to_string(), pieces })
}
