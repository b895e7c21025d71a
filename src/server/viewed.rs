//! What a visitor looked at last: which request counts as a look, how it is noted, and where it is shown.
//!
//! Besides when a session was used and which messages were shown, it is the one thing that the shop remembers of a visitor because of
//! a page alone, without a click that asks for it. So it is careful:
//!
//! - A look begins no session. Whoever has none, such as a crawler, is not followed, and costs nothing.
//! - The list is a help and nothing more. A look that is lost harms nobody, so no page waits for it or fails with it.
//! - To look again writes nothing.
//! - Only a person's look counts: neither a `HEAD`, nor what a script or an element of a page fetches, nor a page that is fetched
//!   ahead. When such a page is shown, the browser sends no request for it, so a script of the page says it
//!   (`components/recently_viewed.rs`).
//!
//! It survives a log in and the end of a login by time, as the likes do: most often the same person goes on. A log out is
//! another matter, since somebody may leave a device to others then.

use crate::{
    domain::{catalogue::Catalogue, product::Slug, viewed::Viewed},
    error::AppError,
    server::{
        catalogue::Snapshot,
        error::{ServerError, chain},
        request::Scope,
        session_data::{Session, SessionData},
        sessions::{Error, is_page_view},
        state::AppState,
        template,
    },
};
use axum::{
    extract::Request,
    http::{HeaderMap, Uri},
};

/// Notes a look at a product's page, beside the answer.
pub fn note(state: &AppState, request: &Request) {
    let Some(product) = looked_at(request) else { return };
    let Some(session) = request.extensions().get::<Session>().filter(|session| is_news(session, &product)).cloned() else { return };
    state.sessions().beside(async move {
        match session.update::<_, AppError>(looks_at(product)).await {
            // A session that ended meanwhile has nothing to remember.
            Ok(()) | Err(Error::Gone) => {}
            Err(error) => tracing::warn!(error = chain(&error), "a look at a product was not noted"),
        }
    });
}

/// Notes a look at a page that was fetched ahead.
pub async fn note_ahead(scope: &Scope, product: Slug) -> Result<(), ServerError> {
    scope.state.catalogue().product(&product).ok_or(AppError::UnknownProduct)?;
    if is_news(&scope.session, &product) {
        scope.session.update::<_, AppError>(looks_at(product)).await?;
    }
    Ok(())
}

/// Whether there is a session that has to remember this look: `update` would begin one where there is none.
fn is_news(session: &Session, product: &Slug) -> bool {
    session.get().is_some_and(|data| !data.viewed.is_newest(product))
}

fn looks_at(product: Slug) -> impl FnMut(&mut SessionData) -> Result<(), AppError> + Send + 'static {
    move |data| {
        data.viewed.note(product.clone());
        Ok(())
    }
}

/// The product that a person looks at with this request, if it is sold.
fn looked_at(request: &Request) -> Option<Slug> {
    let product = template::product_at(request.uri())?;
    let catalogue = &request.extensions().get::<Snapshot>()?.catalogue;
    (is_look(request) && catalogue.product(&product).is_some()).then_some(product)
}

fn is_look(request: &Request) -> bool {
    let says = |name| said(request.headers(), name);
    // Browsers that know no `Sec-Purpose` say of a prefetch `Purpose`. Those that know no `Sec-Fetch-Dest` are trusted.
    is_page_view(request) && says("purpose") != Some("prefetch") && says("sec-fetch-dest").is_none_or(|what| what == "document")
}

fn said<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What the page at an address shows of it: nothing where it has no place for that.
pub fn shown(viewed: &Viewed, uri: &Uri, catalogue: &Catalogue) -> Vec<Slug> {
    if viewed.is_empty() {
        return Vec::new();
    }
    let own = template::product_at(uri);
    // A list that may be empty has a query.
    let has_place = own.is_some() || uri.path() == "/" && uri.query().is_some();
    if has_place { viewed.shown(own.as_ref(), catalogue) } else { Vec::new() }
}
