//! What search engines ask for: `/robots.txt`, and the sitemap of all products, in parts (sitemaps.org).

use crate::server::state::AppState;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// Addresses in one part. The protocol allows 50,000; fewer are read and made faster.
const PART: usize = 10_000;
/// Products change rarely, and nobody waits for a sitemap.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The routes.
pub fn routes(state: &AppState) -> Router {
    Router::new()
        .route("/robots.txt", get(robots))
        .route("/sitemap.xml", get(index))
        .route("/sitemaps/{part}", get(part))
        .with_state(state.clone())
}

/// Whether search engines may list a page: the shop, its shelves and its products. Everything else is a visitor's own, or a search.
pub fn may_list(uri: &Uri) -> bool {
    let is_search = uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("q=")));
    uri.path().starts_with("/products/") || (uri.path() == "/" && !is_search)
}

async fn robots(State(state): State<AppState>) -> Response {
    // Private pages are not named here: they say themselves that they are not to be listed.
    let text = format!("User-agent: *\nDisallow: /api/\n\nSitemap: {}/sitemap.xml\n", state.config().base_url);
    answer("text/plain; charset=utf-8", text)
}

async fn index(State(state): State<AppState>) -> Response {
    let (base, parts) = (&state.config().base_url, addresses(&state).len().div_ceil(PART));
    let one = |part: usize| format!("<sitemap><loc>{base}/sitemaps/{part}.xml</loc></sitemap>\n");
    answer("application/xml", document("sitemapindex", &(1..=parts).map(one).collect::<Vec<_>>().concat()))
}

async fn part(State(state): State<AppState>, Path(part): Path<String>) -> Response {
    let number = part.strip_suffix(".xml").and_then(|number| number.parse::<usize>().ok()).filter(|number| *number > 0);
    let addresses = addresses(&state);
    let Some(some) = number.and_then(|number| addresses.chunks(PART).nth(number - 1)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let base = &state.config().base_url;
    answer(
        "application/xml",
        document("urlset", &some.iter().map(|path| format!("<url><loc>{base}{path}</loc></url>\n")).collect::<Vec<_>>().concat()),
    )
}

/// The paths of all pages that may be listed. Slugs are letters, digits and hyphens, so nothing has to be escaped.
fn addresses(state: &AppState) -> Vec<String> {
    let catalogue = state.catalogue();
    let shelves = catalogue.categories().iter().map(|category| format!("/?category={}", category.slug));
    let products = catalogue.products().iter().filter(|product| product.is_listed()).map(|product| format!("/products/{}", product.slug));
    std::iter::once("/".to_owned()).chain(shelves).chain(products).collect()
}

fn document(kind: &str, entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{kind} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entries}</{kind}>\n"
    )
}

fn answer(kind: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, AN_HOUR)], text).into_response()
}
