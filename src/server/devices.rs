//! What a visitor may do with the sessions of their account, and with all of their own.

use crate::{
    domain::{cart_view::CartView, flash::Flash},
    server::{error::ServerError, request::Scope},
};

/// Ends another login of the visitor's account.
pub async fn end_one(scope: &Scope, handle: &str) -> Result<(), ServerError> {
    scope.session.end_another(handle, |data| scope.tell(data, Flash::SessionEnded)).await
}

/// Ends every other login of the visitor's account.
pub async fn end_others(scope: &Scope) -> Result<(), ServerError> {
    scope.session.end_others(|data, ended| scope.tell(data, Flash::OthersEnded(ended))).await
}

/// Moves the cart of another login here.
pub async fn bring_cart(scope: &Scope, handle: &str) -> Result<CartView, ServerError> {
    let catalogue = scope.state.catalogue();
    let bring = scope.session.bring_cart(handle, |data, brought| {
        // What could not be taken along is said to callers with scripts, too: on their next page.
        if scope.is_plain_form || brought.surplus > 0 {
            data.tell(Flash::CartBrought { moved: brought.moved, surplus: brought.surplus });
        }
        CartView::of(&data.cart, &catalogue)
    });
    bring.await
}

/// Ends the visitor's session, whatever is in it. One that ended already is as good.
pub async fn forget(scope: &Scope) -> Result<(), ServerError> {
    scope.session.end().await
}
