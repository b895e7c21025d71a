//! In which language the shop keeper writes, for pages in another one: a screen reader then reads these texts as they are spoken
//! (WCAG 2.2, 3.1.2).

use crate::domain::shop::OtherLanguage;
use leptos::prelude::*;
use std::sync::Arc;

/// `lang` of an element with a text of the catalogue; nothing where the page is in the same language.
pub fn catalogue_language() -> Option<Arc<str>> {
    use_context::<OtherLanguage>().map(|language| language.0)
}
