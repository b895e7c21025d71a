//! Island: an open page says so when its login was ended elsewhere, and hides what is private.

use crate::domain::session_event::SessionEvent;
use leptos::{prelude::*, wasm_bindgen::prelude::*, web_sys};
use web_sys::{EventSource, MessageEvent};

/// Island. Listens while the page is visible, and again when it becomes visible again.
#[island]
pub fn SessionWatch() -> impl IntoView {
    let told = RwSignal::new(None::<SessionEvent>);
    // Only in the browser. The server would drop it on another thread than the one it was made on, and that panics.
    if is_browser() {
        let source = StoredValue::new_local(None::<EventSource>);
        let close = move || {
            if let Some(Some(source)) = source.try_update_value(Option::take) {
                source.close();
            }
        };
        let over = move |event: SessionEvent| {
            close();
            told.set(Some(event));
            // The stylesheet hides the name and the log out button. The content of a private page is removed.
            if let Some(page) = document().document_element() {
                let _ = page.set_attribute("data-session", "over");
            }
            if let Ok(Some(private)) = document().query_selector("main.page-private") {
                private.set_inner_html(event.heading());
            }
        };
        let open = move || {
            close();
            if told.get_untracked().is_none() {
                source.set_value(listen(over));
            }
        };
        open();
        // A browser opens few connections to one shop. Hidden pages must not occupy them.
        window_event_listener_untyped("visibilitychange", move |_| if document().hidden() { close() } else { open() });
    }
    view! {
        <div class="session-over" role="alert" hidden=move || told.get().is_none()>
            <p>{move || told.get().map(SessionEvent::sentence)}</p>
            <a class="button" href="" hidden=move || told.get().is_none()>"Reload the page"</a>
        </div>
    }
}

fn listen(over: impl Fn(SessionEvent) + 'static) -> Option<EventSource> {
    let source = EventSource::new(SessionEvent::ADDRESS).ok()?;
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        over(SessionEvent::parse(&message.data().as_string().unwrap_or_default()));
    });
    source.add_event_listener_with_callback(SessionEvent::NAME, heard.as_ref().unchecked_ref()).ok()?;
    // It lives as long as the page. A listener costs only a few bytes each time.
    heard.forget();
    Some(source)
}
