//! What the server stores about a browser: to look at, and to delete in parts.

use crate::{
    domain::{destination::Destination, own_session::KeptOfBrowser},
    error::AppError,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Everything that the server stores about this browser, as a file.
#[server(endpoint = "session", input = GetUrl)]
pub async fn session() -> Result<KeptOfBrowser, AppError> {
    use crate::server::{own_session, request};
    let scope = request::scope()?;
    let kept = own_session::view(&scope.state, &scope.session, scope.mark).await?;
    request::offer_as_file("satchel-session.json");
    Ok(kept)
}

/// Deletes a part of the session; `item` is the name of a [`Forgettable`](crate::domain::forgettable::Forgettable).
#[server(endpoint = "forget")]
pub async fn forget(#[server(default)] item: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{forgettable::Forgettable, own_path::OwnPath},
        server::{own_session, request},
    };
    let item = Forgettable::parse(&item).ok_or(AppError::Malformed)?;
    let scope = request::scope()?;
    own_session::forget(&scope, item).await?;
    Ok(scope.go_on_to(OwnPath::session()))
}
