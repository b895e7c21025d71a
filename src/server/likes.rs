//! The likes' server side: kept in the session, and noted for the count.

use crate::{
    domain::{
        catalogue::Catalogue,
        flash::Flash,
        likes::{Likes, LikesView},
        product::Slug,
    },
    error::AppError,
    server::{
        error::{ServerError, chain},
        like_counts,
        request::Scope,
        state::AppState,
    },
};
use std::time::Duration;
use tower_sessions::session::Id;

/// How often sessions that are long gone are looked for.
const CLEANING: Duration = Duration::from_secs(3_600);

/// Likes a product.
pub async fn like(scope: &Scope, product: &Slug) -> Result<LikesView, ServerError> {
    let (catalogue, tell) = (scope.state.catalogue(), scope.teller());
    // Variants are liked as one, as lists show them.
    let product = catalogue.product(product).ok_or(AppError::UnknownProduct)?.listed().clone();
    // Half of 128 random bits: enough to tell sessions apart, and nobody gets anything for guessing one.
    let liker = i64::try_from(Id::default().0 >> 64).unwrap_or_default();
    let shown = catalogue.clone();
    let changed = scope.session.update(move |data| {
        if data.likes.products().len() >= Likes::MAX {
            data.likes.keep_sold(&catalogue);
        }
        data.likes.like(product.clone(), liker)?;
        tell(data, Flash::Liked(product.clone()));
        Ok::<_, AppError>(data.likes.clone())
    });
    Ok(counted(scope, &changed.await?, &shown))
}

/// Takes a like back. One that is not there is no error, a product nobody knows is.
pub async fn unlike(scope: &Scope, product: &Slug) -> Result<LikesView, ServerError> {
    let (catalogue, tell) = (scope.state.catalogue(), scope.teller());
    let product = catalogue.listed_slug(product).clone();
    let shown = catalogue.clone();
    let changed = scope.session.update(move |data| {
        let was_liked = data.likes.unlike(&product, &catalogue);
        if !was_liked && catalogue.product(&product).is_none() {
            return Err(AppError::UnknownProduct);
        }
        if was_liked {
            tell(data, Flash::Unliked(product.clone()));
        }
        Ok::<_, AppError>(data.likes.clone())
    });
    Ok(counted(scope, &changed.await?, &shown))
}

fn counted(scope: &Scope, likes: &Likes, catalogue: &Catalogue) -> LikesView {
    scope.state.like_tally().note(likes, scope.state.clock().now());
    LikesView::of(likes, catalogue)
}

/// Removes the likes of sessions that are long gone, for as long as the server runs.
pub async fn keep_clean(state: AppState) {
    let mut rounds = tokio::time::interval(CLEANING);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(error) = like_counts::forget_old(state.db(), state.sessions().lifetimes(), state.clock().now()).await {
            tracing::error!(error = chain(&error), "could not remove the likes of sessions that are gone");
        }
    }
}
