//! Serves `/pkg/…`: the files of this build, and those of other builds that serve the same shop.
//!
//! In a rolling deploy, a page and its files need not come from the same node: a page of the new build may ask an old
//! node for its stylesheet, and one that was opened before may ask a new node. Each build's files have addresses of
//! their own (see [`assets`]), so none gets another's. What a node does not have itself it finds in `DATABASE_URL`,
//! where each build leaves its files before it serves its first page.

use crate::{
    domain::timestamp::Timestamp,
    server::{
        answers,
        assets::{self, BROTLI, File},
        codings::Codings,
        db::{
            Database,
            asset::{self, AssetRow},
        },
        error::ServerError,
        state::AppState,
    },
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

/// How many builds' files are kept: of those that started last. Each is about a megabyte.
const KEPT: i64 = 8;

/// Leaves the files of a build for the nodes of others, unless they are there already.
pub async fn publish(db: &Database, version: &str, files: impl Iterator<Item = AssetRow>, now: Timestamp) -> Result<(), sqlx::Error> {
    if asset::touch(db.write().await?.connection(), version, now).await? > 0 {
        return Ok(());
    }
    // All files or none: a build that is stored in part would never be completed.
    let mut transaction = db.begin().await?;
    for file in files {
        asset::insert(transaction.connection(), version, &file, now).await?;
    }
    asset::delete_older(transaction.connection(), KEPT).await?;
    transaction.commit().await
}

/// Serves `/pkg/…`.
pub async fn package(State(state): State<AppState>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    if let Some(file) = state.assets().own_file(&path, &headers) {
        return file.answer(state.assets().lasting(), &headers);
    }
    match of_another(state.db(), &path, &headers).await {
        Ok(Some(file)) => file.answer(assets::FOR_EVER, &headers),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => answers::refuse(ServerError::from(error).into()),
    }
}

async fn of_another(db: &Database, path: &str, headers: &HeaderMap) -> Result<Option<File>, sqlx::Error> {
    let Some((version, name)) = path.split_once('/') else { return Ok(None) };
    // Compressed twins are served by their plain name alone; and what cannot be a version costs no query.
    if name.ends_with(BROTLI) || !assets::is_version(version) {
        return Ok(None);
    }
    let mut held = db.read().await?;
    if Codings::of(headers).prefers_brotli() {
        let twin = asset::content(held.connection(), version, &format!("{name}{BROTLI}")).await?;
        if let Some((kind, content)) = twin {
            return Ok(Some(File { kind, content, is_brotli: true, tag: version.to_owned() }));
        }
    }
    let plain = asset::content(held.connection(), version, name).await?;
    Ok(plain.map(|(kind, content)| File { kind, content, is_brotli: false, tag: version.to_owned() }))
}
