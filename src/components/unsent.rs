//! In the browser: keeps the text that is typed into the forms of a page, so that it comes back if the login ends meanwhile.
//!
//! The text is kept in the tab's own store, for one account, page and form. Only fields for plain text are kept, never a secret, and
//! the browser sends none of it by itself. The text is dropped when its form was sent while the login was valid, when the visitor
//! logs out or deletes the session, when another account logs in in this tab, and when the tab is closed.

use crate::{
    components::{
        flashes::TYPED_IS_BACK,
        tab::{self, Channel},
    },
    words,
};
use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Event, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, UrlSearchParams},
};

/// The beginning of all names in the tab's store.
const NAME: &str = "unsent ";
/// The beginning of the names of fields, so that no field is mistaken for `account`, `login` or `sent`.
const FIELD: &str = "field ";
/// Forms that log the visitor out. They also drop the typed text.
const LEAVING: [&str; 2] = ["/api/log_out", "/api/forget_me"];
/// The message to the other tabs then.
pub const LEFT: &str = "left";
/// The id of the element that says that the typed text is back.
pub const NOTE: &str = "unsent-note";

/// Whose forms these are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The account's public name.
    pub account: String,
    /// When the login began: another login of the same account begins at another moment.
    pub login: String,
}

/// Brings back the text that the account typed before an earlier login ended, and keeps the text that is typed from now on.
pub fn watch(owner: Owner, channel: Channel) {
    bring_back(&owner);
    let has_left = StoredValue::new(false);
    let typing = owner.clone();
    window_event_listener(leptos::ev::input, move |event| {
        if let Some(form) = form_of(&event).filter(|_| !has_left.get_value()) {
            keep(&typing, &form, false);
        }
    });
    window_event_listener(leptos::ev::submit, move |event| {
        let Some(form) = form_of(&event) else { return };
        if LEAVING.contains(&action(&form).as_str()) {
            has_left.set_value(true);
            forget();
            channel.say(&LEFT.into());
        } else {
            keep(&owner, &form, true);
        }
    });
}

/// Drops all typed text of this tab.
pub fn forget() {
    tab::names().iter().filter(|name| name.starts_with(NAME)).for_each(|name| tab::drop_kept(name));
}

fn bring_back(owner: &Owner) {
    let here = format!("{NAME}{} ", path());
    let mut is_back = false;
    for name in tab::names().into_iter().filter(|name| name.starts_with(NAME)) {
        let Some(kept) = tab::kept(&name).and_then(|kept| UrlSearchParams::new_with_str(&kept).ok()) else { continue };
        let is_here = name.starts_with(&here);
        let same_login = kept.get("login").as_deref() == Some(&owner.login);
        // The form was sent while the login was valid, or the visitor loaded the page again during the same login.
        let is_done = same_login && (is_here || kept.has("sent"));
        if kept.get("account").as_deref() != Some(&owner.account) || is_done {
            tab::drop_kept(&name);
        } else if is_here && let Some(form) = forms().into_iter().find(|form| name_of(form) == name) {
            is_back |= fill(&form, &kept);
            keep(owner, &form, false);
        }
    }
    if is_back && let Some(note) = document().get_element_by_id(NOTE) {
        note.set_text_content(Some(&words::say(TYPED_IS_BACK)));
    }
}

/// Puts the kept text into the fields; gives whether that changed one.
fn fill(form: &HtmlFormElement, kept: &UrlSearchParams) -> bool {
    let mut is_changed = false;
    for field in fields(form) {
        let Some(text) = kept.get(&format!("{FIELD}{}", field.name())).filter(|text| *text != field.value()) else { continue };
        field.set(&text);
        is_changed = true;
    }
    is_changed
}

fn keep(owner: &Owner, form: &HtmlFormElement, is_sent: bool) {
    let typed: Vec<(String, String)> =
        fields(form).into_iter().filter(Field::is_typed).map(|field| (format!("{FIELD}{}", field.name()), field.value())).collect();
    let name = name_of(form);
    let Some(kept) = UrlSearchParams::new().ok().filter(|_| !typed.is_empty()) else { return tab::drop_kept(&name) };
    kept.append("account", &owner.account);
    kept.append("login", &owner.login);
    if is_sent {
        kept.append("sent", "");
    }
    for (name, text) in &typed {
        kept.append(name, text);
    }
    tab::keep(&name, &String::from(kept.to_string()));
}

/// The page's path, without the query: a query may contain a secret.
fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The name under which a form's text is kept: its page, its address, and its place among the forms with the same address.
fn name_of(form: &HtmlFormElement) -> String {
    let action = action(form);
    let place = forms().iter().filter(|other| self::action(other) == action).position(|other| other == form).unwrap_or_default();
    format!("{NAME}{} {action} {place}", path())
}

fn action(form: &HtmlFormElement) -> String {
    form.get_attribute("action").unwrap_or_default()
}

/// The forms of the page that change something.
fn forms() -> Vec<HtmlFormElement> {
    let Ok(found) = document().query_selector_all("form[method=post]") else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

fn form_of(event: &Event) -> Option<HtmlFormElement> {
    event.target()?.dyn_into::<Element>().ok()?.closest("form[method=post]").ok()??.dyn_into().ok()
}

/// A field for plain text.
enum Field {
    Line(HtmlInputElement),
    Text(HtmlTextAreaElement),
}

impl Field {
    /// Nothing if the field may contain a secret. Its type does not decide that: a visible password is `text`, too.
    fn of(element: Element) -> Option<Self> {
        let hint = element.get_attribute("autocomplete").unwrap_or_default();
        let name = element.get_attribute("name").unwrap_or_default();
        let may_be_secret = |text: &str| ["password", "code", "cc-", "off", "secret", "token"].iter().any(|word| text.contains(word));
        if name.is_empty() || may_be_secret(&hint) || may_be_secret(&name) {
            return None;
        }
        match element.dyn_into::<HtmlInputElement>() {
            // A browser reports types that it does not know as `text`.
            Ok(line) => ["text", "email", "tel", "url"].contains(&line.type_().as_str()).then_some(Self::Line(line)),
            Err(element) => element.dyn_into().ok().map(Self::Text),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Line(line) => line.name(),
            Self::Text(text) => text.name(),
        }
    }

    fn value(&self) -> String {
        match self {
            Self::Line(line) => line.value(),
            Self::Text(text) => text.value(),
        }
    }

    /// Whether its text differs from the text that the page was loaded with.
    fn is_typed(&self) -> bool {
        self.value()
            != match self {
                Self::Line(line) => line.default_value(),
                Self::Text(text) => text.default_value().unwrap_or_default(),
            }
    }

    fn set(&self, value: &str) {
        match self {
            Self::Line(line) => line.set_value(value),
            Self::Text(text) => text.set_value(value),
        }
    }
}

fn fields(form: &HtmlFormElement) -> Vec<Field> {
    let elements = form.elements();
    (0..elements.length()).filter_map(|at| Field::of(elements.item(at)?)).collect()
}
