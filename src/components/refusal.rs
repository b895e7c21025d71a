//! Why the last form was refused, for visitors without scripts: Leptos carries it in the address.

use crate::error::AppError;
use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use leptos_router::hooks::use_query_map;

/// A refusal in this page's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whether a form of the log-in or register page was refused, which says so itself.
    pub by_credentials: bool,
    /// Why.
    pub error: AppError,
}

/// The refusal in this page's address. Anybody can write such an address, so only a name from the
/// closed list of [`AppError`] is read from it.
pub fn refusal() -> Option<Refusal> {
    let query = use_query_map().get_untracked();
    let error = ServerFnUrlError::<AppError>::decode_err(&query.get("__err")?);
    let by_credentials = query.get("__path").is_some_and(|path| ["/api/log_in", "/api/register"].contains(&path.as_str()));
    Some(Refusal { by_credentials, error })
}

/// The sentence, at the head of the page.
#[component]
pub fn RefusalNotice() -> impl IntoView {
    refusal()
        .filter(|refusal| !refusal.by_credentials)
        .map(|refusal| view! { <p class="refusal" role="alert">{refusal.error.sentence()}</p> })
}
