//! Sentences with elements in them.

use crate::words::{Part, parts};
use leptos::prelude::*;

/// A sentence in the visitor's language, with views where their names stand in braces: one sentence for whoever translates it,
/// whatever the order of its parts.
#[macro_export]
macro_rules! tr_view {
    ($sentence:literal, $($name:ident = $view:expr),+ $(,)?) => {
        $crate::components::rich::rich(
            &$crate::words::say($sentence),
            vec![$((stringify!($name), ::leptos::prelude::IntoAny::into_any($view))),+],
        )
    };
}

/// A sentence, cut at its places and filled. A place without a view stays as it is.
pub fn rich(sentence: &str, mut views: Vec<(&'static str, AnyView)>) -> Vec<AnyView> {
    let part = |part: Part<'_>| match part {
        Part::Text(text) => text.to_owned().into_any(),
        Part::Place(name) => match views.iter().position(|(one, _)| *one == name) {
            Some(at) => views.swap_remove(at).1,
            None => format!("{{{name}}}").into_any(),
        },
    };
    parts(sentence).map(part).collect()
}
