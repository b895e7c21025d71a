//! Serves the pictures of shared links, which other sites show ([`Painter`](crate::server::painter::Painter)).

use crate::{
    domain::share_picture::SharePictures,
    server::{
        answers,
        assets::{self, File, Version},
        headers::RESOURCE_POLICY,
        state::AppState,
    },
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};

/// The routes.
pub fn routes(state: &AppState) -> Router {
    Router::new().route(SharePictures::SHOP, get(of_shop)).route("/share/products/{name}", get(of_product)).with_state(state.clone())
}

async fn of_shop(State(state): State<AppState>, Query(version): Query<Version>, headers: HeaderMap) -> Response {
    answer(&state, SharePictures::EMBLEM, &version, &headers).await
}

/// A product that is not sold has no picture, also where its drawing is still there.
async fn of_product(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Query(version): Query<Version>,
    headers: HeaderMap,
) -> Response {
    let catalogue = state.catalogue();
    match SharePictures::product(&name).and_then(|slug| catalogue.product(&slug)) {
        Some(product) => answer(&state, &product.picture, &version, &headers).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The picture that is made of a drawing at this address, if it is ours.
async fn answer(state: &AppState, drawing: &str, version: &Version, headers: &HeaderMap) -> Response {
    let (painter, addresses) = (state.painter(), state.painter().addresses());
    let Some((drawing, tag)) = addresses.find(drawing) else { return StatusCode::NOT_FOUND.into_response() };
    // For whoever has the picture, nothing is painted.
    let picture = if assets::is_among(headers, tag) { Ok(Bytes::new()) } else { painter.picture(drawing).await };
    let content = match picture {
        Ok(picture) => picture.to_vec(),
        Err(error) => return answers::refuse(error.into()),
    };
    let file = File { kind: SharePictures::KIND.to_owned(), content, is_brotli: false, tag: tag.to_owned() };
    let mut response = file.answer(version.lasting(tag), headers);
    // Other sites show it: some fetch it once, some let their visitors' browsers fetch it.
    response.headers_mut().insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    response
}
