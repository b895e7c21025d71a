//! Island: the page that watches a session shows each change within a second.

use crate::{components::call, tr};
use leptos::{
    leptos_dom::helpers::set_interval_with_handle,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{
        Document, Element, NodeList, Response, UrlSearchParams,
        js_sys::{Array, Function, Reflect},
    },
};
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// How often the page asks the server whether something changed.
const PAUSE: Duration = Duration::from_millis(400);
/// While an attack still runs, the whole page is fetched once in this many rounds.
const ROUNDS: u32 = 2;

/// Island. While the page is visible, it asks for a number that grows with each change. If the number grew, it fetches the page
/// again, and replaces the parts that are marked `data-live`.
#[island(lazy)]
pub fn LiveTrail() -> impl IntoView {
    let said = RwSignal::new(String::new());
    if is_browser() {
        let (is_busy, round) = (StoredValue::new(false), StoredValue::new(0_u32));
        let look = move || {
            if document().hidden() || is_busy.get_value() {
                return;
            }
            is_busy.set_value(true);
            round.update_value(|round| *round += 1);
            let is_due = round.get_value() % ROUNDS == 0;
            spawn_local(async move {
                if has_news(is_due).await == Some(true)
                    && let Some(revision) = bring().await
                {
                    said.set(tr!("Changes so far: {revision}.", revision));
                }
                is_busy.set_value(false);
            });
        };
        look();
        // The timer runs as long as the page is open. In a browser without timers, the page stays as it was loaded.
        let _ = set_interval_with_handle(look, PAUSE);
    }
    view! { <p class="live-note" role="status"><span class="live-dot" aria-hidden="true"></span> {tr!("This page is live.")} " " <span>{move || said.get()}</span></p> }
}

fn state() -> Option<Element> {
    document().get_element_by_id("trail-state")
}

/// Whether the page has to be fetched again.
async fn has_news(is_due: bool) -> Option<bool> {
    let state = state()?;
    if document().query_selector("[data-soon]").ok()?.is_some() {
        return Some(is_due);
    }
    let [trail, revision] = ["data-trail", "data-revision"].map(|name| state.get_attribute(name).unwrap_or_default());
    let answer = call::get(&format!("/debug/changes?trail={trail}")).await.ok()?;
    Some(call::text(&answer, "trail") != trail || call::number(&answer, "revision").to_string() != revision)
}

/// Fetches the page and replaces its parts; gives how many changes there are, if that number is new.
async fn bring() -> Option<String> {
    let query = UrlSearchParams::new_with_str(&window().location().search().ok()?).ok()?;
    let trail = state()?.get_attribute("data-trail").unwrap_or_default();
    if !trail.is_empty() {
        // If the session ends meanwhile, only this name leads to its trail.
        query.set("trail", &trail);
    }
    let address = format!("{}?{}", window().location().pathname().ok()?, query.to_string());
    let answer: Response = JsFuture::from(window().fetch_with_str(&address)).await.ok()?.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    let fresh = parsed(&JsFuture::from(answer.text().ok()?).await.ok()?)?;
    let before = state()?.get_attribute("data-revision");
    let (own, theirs) = (document().query_selector_all("[data-live]").ok()?, fresh.query_selector_all("[data-live]").ok()?);
    for (own, theirs) in elements(&own).zip(elements(&theirs)) {
        if own.outer_html() == theirs.outer_html() {
            continue;
        }
        keep_open(&own, &theirs)?;
        own.replace_with_with_node_1(&theirs).ok()?;
    }
    let after = state()?.get_attribute("data-revision");
    if after == before { None } else { after }
}

/// Keeps open what the visitor opened.
fn keep_open(own: &Element, theirs: &Element) -> Option<()> {
    for open in elements(&own.query_selector_all("details[open]").ok()?) {
        if let Some(same) = theirs.query_selector(&format!("#{}", open.id())).ok()? {
            same.set_attribute("open", "").ok()?;
        }
    }
    Some(())
}

fn elements(list: &NodeList) -> impl Iterator<Item = Element> {
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok())
}

/// Parses a page. `DOMParser` is called by its name: its type in web-sys would make the wasm larger.
fn parsed(text: &JsValue) -> Option<Document> {
    let parser: Function = Reflect::get(&window(), &"DOMParser".into()).ok()?.dyn_into().ok()?;
    let parser = Reflect::construct(&parser, &Array::new()).ok()?;
    let parse: Function = Reflect::get(&parser, &"parseFromString".into()).ok()?.dyn_into().ok()?;
    parse.call2(&parser, text, &"text/html".into()).ok()?.dyn_into().ok()
}
