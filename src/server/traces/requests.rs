//! A span for each request: its method and route, how it ended, and its id in the log.

use super::TARGET;
use crate::server::{client_address, headers};
use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::sync::Arc;
use tracing::{Instrument, Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Follows a request until its answer begins. It continues only a trace that a trusted proxy began. Otherwise, strangers could
/// have all their requests traced, or write into the traces of others.
///
/// The fields have the names of OpenTelemetry's conventions for HTTP. A span has the route (`/products/{slug}`) and not the
/// address, because an address may contain what a visitor typed.
pub async fn follow(State(proxies): State<Arc<[IpNet]>>, request: Request, next: Next) -> Response {
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.kind = "server",
        otel.name = Empty,
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        request.id = Empty,
    );
    span.record("otel.name", route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}")));
    if client_address::is_from_proxy(request.extensions(), &proxies) {
        go_on(&span, &request);
    }
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", i64::from(response.status().as_u16()));
    span.record("request.id", response.headers().get(headers::REQUEST_ID).and_then(|id| id.to_str().ok()));
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    response
}

/// Continues the trace that the headers `traceparent` and `tracestate` name (W3C Trace Context), if there is one.
fn go_on(span: &Span, request: &Request) {
    let begun = TraceContextPropagator::new().extract_with_context(&opentelemetry::Context::new(), &HeaderExtractor(request.headers()));
    if let Err(error) = span.set_parent(begun) {
        tracing::debug!(%error, "a trace was not continued");
    }
}

/// The method's name, or the conventions' word for any other method.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "_OTHER",
    }
}
