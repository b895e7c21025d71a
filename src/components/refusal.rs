//! Why the last form was refused, for visitors without scripts: Leptos puts it into the address.

use crate::{error::AppError, words};
use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use leptos_router::hooks::use_query_map;

/// Endpoints whose forms show their refusal themselves, beside their inputs. All other refusals are shown at the head of the page.
const SELF_TELLING: [&str; 17] = [
    "/api/log_in",
    "/api/register",
    "/api/request_password_reset",
    "/api/reset_password",
    "/api/change_password",
    "/api/change_email",
    "/api/delete_account",
    "/api/log_in_by_code",
    "/api/begin_second_factor",
    "/api/turn_on_second_factor",
    "/api/make_recovery_codes",
    "/api/turn_off_second_factor",
    "/api/remove_passkey",
    "/api/end_session",
    "/api/end_other_sessions",
    "/api/save_address",
    "/api/apply_coupon",
];

/// The element at the head of a page that says why a form was refused: what a field is described by that has no sentence beside it.
pub const NOTICE: &str = "refusal-notice";

/// Why a form that stands alone on its page was refused, such as that of the log-in page.
pub fn refused_credentials() -> Option<AppError> {
    refusal(|path, refusal| SELF_TELLING.contains(&path) && !refusal.has_no_form_left())
}

/// Why one of several forms was refused.
pub fn refusal_of(endpoint: &str) -> Option<AppError> {
    refusal(|path, refusal| path == endpoint && !refusal.has_no_form_left())
}

/// The refusal of any other form, at the head of the page.
#[component]
pub fn RefusalNotice() -> impl IntoView {
    let refusal = refusal(|path, refusal| !SELF_TELLING.contains(&path) || refusal.has_no_form_left());
    refusal.map(|refusal| view! { <p id=NOTICE class="refusal" role="alert">{words::say(refusal.sentence())}</p> })
}

/// The refusal in this page's address, if it is one of these endpoints'. Anybody can write such an
/// address, so only a name from the closed list of [`AppError`] is read from it.
fn refusal(is_told_here: impl Fn(&str, AppError) -> bool) -> Option<AppError> {
    let query = use_query_map().get_untracked();
    let refusal = ServerFnUrlError::<AppError>::decode_err(&query.get("__err")?);
    Some(refusal).filter(|refusal| is_told_here(query.get_str("__path").unwrap_or_default(), *refusal))
}
