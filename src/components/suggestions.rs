//! Island: offers products while somebody types into the search field.

use crate::{components::call, tr};
use leptos::{
    leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle},
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, prelude::Closure},
    web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, UrlSearchParams},
};
use std::time::Duration;

/// How long a pause in typing is before the server is asked.
const PAUSE: Duration = Duration::from_millis(150);
/// The list's id.
const LIST: &str = "suggestions";

/// Island. A list that turns the search field into a combobox (WAI-ARIA 1.2). The search form works without it.
///
/// It is filled without signals: as a view with signals, it took 6 KB of the wasm instead of 4 (brotli, measured).
#[island]
pub fn Suggestions() -> impl IntoView {
    if is_browser() {
        listen();
    }
    view! { <ul id=LIST class="suggestions" role="listbox" aria-label=tr!("Suggestions") hidden></ul> }
}

/// Listens to the form, as long as the page lives.
fn listen() -> Option<()> {
    let list = document().get_element_by_id(LIST)?;
    let form = list.closest("form").ok()??;
    let field = form.query_selector("input").ok()??.dyn_into().ok()?;
    let combobox = Combobox { field, list, waiting: StoredValue::new(None), asked: StoredValue::new(0), chosen: StoredValue::new(None) };
    combobox.close();
    let heard = Closure::<dyn Fn(Event)>::new(move |event: Event| combobox.hear(&event)).into_js_value();
    for name in ["input", "keydown", "focusout", "mousedown", "click"] {
        form.add_event_listener_with_callback(name, heard.unchecked_ref()).ok()?;
    }
    Some(())
}

/// The field and its list.
#[derive(Clone)]
struct Combobox {
    field: HtmlInputElement,
    list: Element,
    waiting: StoredValue<Option<TimeoutHandle>>,
    /// The number of the last request. It also grows when the answer is no longer wanted.
    asked: StoredValue<u32>,
    chosen: StoredValue<Option<u32>>,
}

impl Combobox {
    fn hear(&self, event: &Event) {
        let offer = event.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest("li").ok()?);
        match (event.type_().as_str(), offer) {
            ("input", _) if self.field.value().trim().is_empty() => self.close(),
            ("input", _) => {
                let (this, number) = (self.clone(), self.drop_question());
                self.waiting.set_value(set_timeout_with_handle(move || spawn_local(this.ask(number)), PAUSE).ok());
            }
            ("keydown", _) => self.press(event),
            ("focusout", _) => self.close(),
            // Otherwise the click would take the focus from the field, and that closes the list.
            ("mousedown", Some(_)) => event.prevent_default(),
            ("click", Some(offer)) => go_to(&offer),
            _ => {}
        }
    }

    fn press(&self, event: &Event) {
        let (count, at) = (self.list.child_element_count(), self.chosen.get_value());
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        // Keys of an input method, or together with Ctrl, Alt, Meta or Shift.
        let is_another = event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key();
        match (event.key().as_str(), at) {
            _ if count == 0 || is_another => return,
            ("ArrowDown", _) => self.choose(at.map_or(0, |at| (at + 1) % count)),
            ("ArrowUp", _) => self.choose((at.unwrap_or_default() + count - 1) % count),
            ("Enter", Some(at)) => drop(self.list.children().item(at).map(|offer| go_to(&offer))),
            ("Escape", _) => self.close(),
            _ => return,
        }
        event.prevent_default();
    }

    fn choose(&self, at: u32) {
        for (place, offer) in (0..).map_while(|place| Some((place, self.list.children().item(place)?))) {
            set(&offer, "aria-selected", if place == at { "true" } else { "false" });
        }
        set(&self.field, "aria-activedescendant", &format!("{LIST}-{at}"));
        self.chosen.set_value(Some(at));
    }

    fn close(&self) {
        self.drop_question();
        self.show(std::iter::empty());
    }

    /// Ignores the answers of all requests before; gives the number of the next one.
    fn drop_question(&self) -> u32 {
        if let Some(Some(timeout)) = self.waiting.try_update_value(Option::take) {
            timeout.clear();
        }
        self.asked.update_value(|asked| *asked += 1);
        self.asked.get_value()
    }

    /// Asks what to offer for what is in the field.
    async fn ask(self, number: u32) {
        let Ok(query) = UrlSearchParams::new() else { return };
        query.append("q", &self.field.value());
        // Without an answer there is nothing to offer; the form works.
        let Ok(answer) = call::get(&format!("/api/suggest?{}", query.to_string())).await else { return };
        if self.asked.get_value() == number {
            self.show(call::list(&answer).map(|one| (call::text(&one, "name"), call::text(&one, "path"))));
        }
    }

    fn show(&self, offers: impl Iterator<Item = (String, String)>) {
        self.list.set_inner_html("");
        self.chosen.set_value(None);
        for (at, (name, path)) in offers.enumerate() {
            let Ok(offer) = document().create_element("li") else { return };
            offer.set_text_content(Some(&name));
            for (attribute, value) in
                [("id", &*format!("{LIST}-{at}")), ("role", "option"), ("aria-selected", "false"), ("data-path", &path)]
            {
                set(&offer, attribute, value);
            }
            let _ = self.list.append_child(&offer);
        }
        let is_open = self.list.child_element_count() > 0;
        if let Some(list) = self.list.dyn_ref::<HtmlElement>() {
            list.set_hidden(!is_open);
        }
        let open = if is_open { "true" } else { "false" };
        for (name, value) in
            [("role", "combobox"), ("autocomplete", "off"), ("aria-autocomplete", "list"), ("aria-controls", LIST), ("aria-expanded", open)]
        {
            set(&self.field, name, value);
        }
        let _ = self.field.remove_attribute("aria-activedescendant");
    }
}

fn set(element: &Element, name: &str, value: &str) {
    // It fails only for invalid names.
    let _ = element.set_attribute(name, value);
}

fn go_to(offer: &Element) {
    // A browser that refuses leaves the page as it is.
    let _ = window().location().set_href(&offer.get_attribute("data-path").unwrap_or_default());
}
