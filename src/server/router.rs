//! Every layer a request passes, outermost first, and why it is there.

use crate::{
    domain::{
        debug_session::DebugSession,
        desk::is_of_desk,
        page_request::{Hole, PageRequest},
        session_event::SessionEvent,
    },
    server::{
        answers, assets,
        attacks::stage::ShopItself,
        builds, codings, debug_session, gate, headers,
        keeper::{self, Keeper},
        language, limit_layers, log, metrics_endpoint, pictures, probes,
        render::{AsItIs, Renderer},
        request_body, search_engines, share_picture,
        state::AppState,
        traces::requests,
        unattended, visitor,
    },
};
use axum::{
    Extension, Router,
    extract::Request,
    http::{Extensions, HeaderMap, StatusCode, Version},
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{get, on},
};
use leptos::{IntoView, config::LeptosOptions, prelude::*};
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::{sync::Arc, time::Duration};
use tower::{ServiceBuilder, ServiceExt, util::MapRequestLayer};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel, DefaultPredicate, Predicate},
    csrf::CsrfLayer,
    request_id::{PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The whole HTTP surface. `document` makes the HTML around a page, `pages` holds the routes, `fragment` fills a page's holes.
///
/// A demo plays attacks against itself: against the same shop once more, which has nothing that plays them.
pub fn router<D, P>(
    state: AppState,
    document: fn(LeptosOptions) -> D,
    pages: fn() -> P,
    fragment: fn(Hole, &Arc<PageRequest>) -> AnyView,
) -> Router
where
    D: IntoView + 'static,
    P: IntoView + 'static,
{
    let itself = state.watched().map(|_| ShopItself(shop(state.clone(), document, pages, fragment, None)));
    shop(state, document, pages, fragment, itself)
}

fn shop<D, P>(
    state: AppState,
    document: fn(LeptosOptions) -> D,
    pages: fn() -> P,
    fragment: fn(Hole, &Arc<PageRequest>) -> AnyView,
    itself: Option<ShopItself>,
) -> Router
where
    D: IntoView + 'static,
    P: IntoView + 'static,
{
    let unprotected = "SATCHEL_BASE_URL could not be used as a trusted origin";
    let cross_site = CsrfLayer::new().add_trusted_origin(&state.config().base_url).unwrap_or_else(|error| {
        tracing::error!(%error, "{unprotected}");
        CsrfLayer::new()
    });
    let known = ServiceBuilder::new()
        // One read: whose session is this? And on the way back the cookie, if it was set or removed below.
        .layer(state.sessions().layer())
        // What pages show of the session.
        .layer(from_fn_with_state(state.clone(), visitor::recognise));
    // Each tab counts for as long as it listens.
    let events = state.sessions().events().layer(from_fn_with_state(state.clone(), limit_layers::tabs));
    let calls = api(&state, itself.as_ref(), |path| !is_of_desk(path)).route(SessionEvent::ADDRESS, events).layer(known.clone());
    // Before the session is read: what a page asks for by itself is no use of it.
    let calls = calls.layer(from_fn(unattended::mark));
    // Too many requests at once are refused before the store is asked.
    let calls = calls.layer(from_fn_with_state(state.clone(), limit_layers::per_address));
    // Another site's form or script must not act for the visitor, logged in or about to be.
    let dynamic = rendered(&state, pages, &Renderer::new(state.clone(), document, fragment)).layer(known).merge(calls).layer(cross_site);
    // Files know no session: they are the same for everybody and set no cookie.
    let files = Router::new()
        .route("/pkg/{*path}", get(builds::package).with_state(state.clone()))
        .route("/pictures/{*path}", get(pictures::serve).with_state(state.clone()))
        .route("/favicon.svg", get(assets::favicon))
        .merge(share_picture::routes(&state))
        .merge(search_engines::routes(&state));
    // Asked once a second by the page that watches a session: it must not count as a use of it.
    let files =
        if itself.is_some() { files.route(DebugSession::CHANGES, get(debug_session::changes).with_state(state.clone())) } else { files };
    let probes = probes::probes(&state);
    let metrics = state.metrics().cloned();
    let traced = state.config().traces.is_some().then(|| Arc::from(state.config().trusted_proxies.clone()));
    let shop = dynamic.merge(files).layer(
        ServiceBuilder::new()
            // A change is never refused because of the `Accept-Encoding` of its request.
            .layer(MapRequestLayer::new(codings::in_plain_words))
            // Each request has an id, which is in the log, in the answer, and on error pages.
            .layer(from_fn(headers::own_request_id))
            .layer(SetRequestIdLayer::new(headers::REQUEST_ID, headers::RandomRequestId))
            .layer(TraceLayer::new_for_http().make_span_with(span))
            .layer(PropagateRequestIdLayer::new(headers::REQUEST_ID))
            // On every answer, refusals included.
            .layer(from_fn_with_state(state.clone(), headers::secure))
            // Private pages and data, each time; so at the level that costs least. Public pages and files come compressed.
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(DefaultPredicate::new().and(is_to_compress)))
            // Outside of refusals, which are answered in the visitor's language, too.
            .layer(from_fn(language::negotiate))
            // Refusals of the layers below get a page or JSON here.
            .layer(from_fn_with_state(state.clone(), answers::explain))
            // A panic ends one answer, not the server.
            .layer(CatchPanicLayer::custom(headers::after_panic))
            .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIMEOUT))
            // Ambiguous requests, and those for another host, are refused before anything else.
            .layer(from_fn_with_state(state, headers::turn_away)),
    );
    let shop = match metrics {
        // Counts all answers and the time they take. Without a metrics address there is no such layer.
        Some(metrics) => shop.layer(from_fn_with_state(metrics, metrics_endpoint::count)),
        None => shop,
    };
    let shop = match traced {
        Some(proxies) => shop.layer(from_fn_with_state(proxies, requests::follow)),
        None => shop,
    };
    // Probes come by address and not by name. They have no session, and are neither counted nor logged: they come every few
    // seconds.
    shop.merge(probes)
}

/// Whether the compression layer may compress an answer.
fn is_to_compress(_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions) -> bool {
    extensions.get::<AsItIs>().is_none()
}

/// A span per request with its id; never the query, which may carry what somebody typed. Of the highest level, so that the
/// id is there whatever the log leaves out.
fn span<B>(request: &axum::http::Request<B>) -> tracing::Span {
    let id = request.headers().get(headers::REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::error_span!(target: log::REQUEST, "request", id, method = %request.method(), path = request.uri().path())
}

/// Some of the server functions, each at its method alone: the others are 405.
fn api(state: &AppState, itself: Option<&ShopItself>, is_wanted: impl Fn(&str) -> bool) -> Router {
    let mut router = Router::new();
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        let state = state.clone();
        let call = move |request: Request| {
            let state = state.clone();
            leptos_axum::handle_server_fns_with_context(move || provide_context(state.clone()), request)
        };
        let Ok(method) = method.try_into() else { continue };
        if !is_wanted(path) || (path.starts_with(DebugSession::CALLS) && itself.is_none()) {
            continue;
        }
        router = router.route(path, on(method, call));
    }
    let router = match itself {
        Some(itself) => router.layer(Extension(itself.clone())),
        None => router,
    };
    router.layer(
        ServiceBuilder::new()
            .layer(from_fn(headers::never_stored))
            .layer(from_fn(headers::forms_only))
            .layer(from_fn(headers::reads_are_data))
            .layer(from_fn(request_body::whole))
            .layer(from_fn_with_state(state.clone(), answers::honour)),
    )
}

/// The pages, and the page of what does not exist.
///
/// The desk of shop keepers is behind that page: none of its addresses is a route here. So to anybody else they are like any other
/// address where nothing is, whatever the method and the body, and down to each header.
fn rendered<P: IntoView + 'static>(state: &AppState, pages: fn() -> P, renderer: &Renderer) -> Router {
    let handler = |exists: bool| {
        let renderer = renderer.clone();
        move |request: Request| async move { renderer.page(request, exists).await }
    };
    let (of_desk, of_shop): (Vec<_>, Vec<_>) = generate_route_list(pages).into_iter().partition(|route| is_of_desk(route.path()));
    let options = state.assets().leptos_options();
    let calls = api(state, None, is_of_desk).layer(from_fn_with_state(state.clone(), limit_layers::per_address));
    let desk = Router::new().leptos_routes_with_handler(of_desk, handler(true)).fallback(handler(false)).with_state(options.clone());
    let (desk, nothing) = (desk.merge(calls), handler(false));
    let hidden = move |request: Request| async move {
        // Only somebody who asks for the desk is recognised as a keeper, or for the dashboard, which is a route.
        let is_keeper = request.extensions().get::<Keeper>().is_some();
        if is_keeper { desk.oneshot(request).await.into_response() } else { nothing(request).await }
    };
    Router::new()
        .leptos_routes_with_handler(of_shop, handler(true))
        .fallback(hidden)
        .layer(from_fn_with_state(state.clone(), gate::gate))
        .layer(from_fn_with_state(state.clone(), keeper::recognise))
        .with_state(options)
}
