//! What a browser fetches after it has shown the page.

use leptos::prelude::*;

/// Loads what is [`Late`] after the page was painted: a browser does not fetch a template's content until it is moved into
/// the document.
///
/// What a browser paints after `load` is on the screen by the second animation frame.
///
/// A page that is not in English also has what its islands say in `self.words` before their code comes
/// ([`crate::components::words_of_page`]). If that cannot be fetched within five seconds, they speak English.
pub const BRING_LATE: &str = "addEventListener('load', () => {\
    const file = document.documentElement.dataset.words;\
    const said = file && fetch(file, { signal: AbortSignal.timeout(5000) }).then((answer) => answer.json()).catch(() => {});\
    requestAnimationFrame(() => requestAnimationFrame(async () => {\
        self.words = await said;\
        document.querySelectorAll('template[data-late]').forEach((late) => document.head.append(late.content));\
    }));\
});";

/// Links and scripts that wait until the page has loaded.
///
/// Every page works without scripts. On a slow line they would compete with the stylesheet and the pictures, and
/// the page would be seen later.
#[component]
pub fn Late(
    /// The links and scripts.
    children: Children,
) -> impl IntoView {
    view! { <template data-late="">{children()}</template> }
}
