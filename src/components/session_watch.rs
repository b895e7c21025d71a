//! In the browser: an open page follows its session. It shows what another tab changes, and says when the login is over.

#![expect(clippy::unnecessary_wraps, reason = "what can fail is fetching the code of `keep_watch`, which its macro adds")]

use crate::{
    components::{
        dashboard_data,
        one_stream::{News, OneStream},
        optimistic_store::OptimisticStore,
        tab::{LEAVING, Leaving},
        theme,
    },
    domain::{session_event::SessionEvent, session_parts::Parts},
    tr, words,
};
use leptos::{
    leptos_dom::helpers::set_timeout,
    prelude::*,
    wasm_split::{self, SplitLoaderError},
};
use web_sys::{CustomEvent, CustomEventInit};

/// The event of the window that names the parts that changed, here or in another tab. The names have spaces between them.
pub const CHANGE: &str = "session-change";

/// Follows the session until the page is left or the session is over. The code of this function is fetched at the first call.
#[wasm_split::wasm_split(keep_watch, wasm_split_path = wasm_split, fallible)]
pub fn keep_watch(store: OptimisticStore, login: u32) -> Result<(), SplitLoaderError> {
    let leaving = Leaving::watch();
    let knows = Parts::default()
        .with(Parts::LOGIN, login)
        .with(Parts::PREFERENCES, theme::number_of_page())
        .with(Parts::CART, store.cart_number())
        .with(Parts::LIKES, store.likes_number());
    let knows = match dashboard_data::account_of_page() {
        Some(number) => knows.with(Parts::ACCOUNT, number),
        None => knows,
    };
    OneStream::open(knows, move |stream, news| match news {
        News::Parts(there) => follow(store, stream, &there, leaving.is_under_way()),
        News::Over(event) => {
            stream.end();
            if login == Parts::NOBODY && event == SessionEvent::Ended {
                // A guest's session is gone, and with it what was in it. The next change begins another.
                store.catch_up(Some(Parts::NOBODY), Some(Parts::NOBODY));
                store.has_session().set(false);
                tell([Parts::CART, Parts::LIKES, Parts::PREFERENCES, Parts::LOGIN].into_iter());
            } else if leaving.is_under_way() {
                set_timeout(move || say(event), LEAVING);
            } else {
                say(event);
            }
        }
    });
    Ok(())
}

/// Shows what changed.
fn follow(store: OptimisticStore, stream: &OneStream, there: &Parts, is_leaving: bool) {
    let known = stream.knows();
    let changed: Vec<&str> = known.changed(there).collect();
    stream.learn(there.names().fold(known.clone(), |known, (name, number)| known.with(name, number)));
    if changed.is_empty() {
        return;
    }
    store.catch_up(there.get(Parts::CART), there.get(Parts::LIKES));
    if let Some(number) = there.get(Parts::PREFERENCES) {
        theme::follow(number, is_leaving);
    }
    tell(changed.into_iter());
}

/// Tells the other islands of the page.
fn tell<'p>(parts: impl Iterator<Item = &'p str>) {
    let about = CustomEventInit::new();
    about.set_detail(&parts.collect::<Vec<_>>().join(" ").into());
    if let Ok(event) = CustomEvent::new_with_event_init_dict(CHANGE, &about) {
        let _ = window().dispatch_event(&event);
    }
}

/// Whether the page has already said that its session is over.
pub fn is_over() -> bool {
    document().document_element().is_some_and(|page| page.get_attribute("data-session").as_deref() == Some("over"))
}

/// Says above the page that the session is over, and hides private data.
fn say(event: SessionEvent) {
    let document = document();
    // The stylesheet hides the name and the log out button. The content of a private page is removed.
    if let Some(page) = document.document_element() {
        let _ = page.set_attribute("data-session", "over");
    }
    if let Ok(Some(private)) = document.query_selector("main.page-private") {
        private.set_inner_html(&format!("<h1>{}</h1>", words::say(event.heading())));
    }
    let (Ok(Some(main)), Ok(notice)) = (document.query_selector("main"), document.create_element("div")) else { return };
    notice.set_class_name("session-over");
    let _ = notice.set_attribute("role", "alert");
    let (notice_of, reload) = (words::say(event.notice()), tr!("Reload the page"));
    notice.set_inner_html(&format!("<p>{notice_of}</p><a class=button href=''>{reload}</a>"));
    let _ = main.before_with_node_1(&notice);
}
