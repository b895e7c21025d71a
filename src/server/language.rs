//! In which language a request is answered.

use crate::{
    server::translations,
    words::{self, Language, Source},
};
use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::{cell::Cell, future::Future};

tokio::task_local! {
    static CURRENT: Cell<Language>;
}

/// The language of this request; English outside of requests, as in the log.
pub fn current() -> Language {
    CURRENT.try_with(Cell::get).unwrap_or_default()
}

/// Another language for the rest of this request: its visitor is known now.
pub fn set(language: Language) {
    let _ = CURRENT.try_with(|current| current.set(language));
}

/// Works in a language, until [`set`] says another one.
pub async fn scope<T>(language: Language, work: impl Future<Output = T>) -> T {
    CURRENT.scope(Cell::new(language), work).await
}

/// Says something in a language that may not be this request's: that of a mail's reader.
pub fn with<T>(language: Language, say: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(Cell::new(language), say)
}

/// Answers in the language that the browser asks for. Once the visitor is known, what they chose counts
/// ([`super::visitor::recognise`]). The page says in which language it is.
pub async fn negotiate(request: Request, next: Next) -> Response {
    let asked = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = asked.and_then(accepted).unwrap_or_default();
    let answer = async {
        let mut response = next.run(request).await;
        let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if is_page {
            response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(current().as_str()));
        }
        response
    };
    scope(language, answer).await
}

/// The language a browser asks for (`Accept-Language`: RFC 9110, 12.5.4), of those that a visitor is offered. A dialect counts as
/// its language (RFC 4647, 3.4).
fn accepted(header: &str) -> Option<Language> {
    let wanted = accept_language::parse_with_quality(header);
    wanted.into_iter().filter(|(_, quality)| *quality > 0.0).find_map(|(tag, _)| {
        let language = tag.split('-').next().unwrap_or_default();
        Language::ALL.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(language))
    })
}

/// The language of the request that this task answers.
#[derive(Debug)]
pub struct OfRequest;

impl Source for OfRequest {
    fn sentence(&self, english: &'static str) -> String {
        translations::of(current()).map_or_else(|| english.to_owned(), |catalogue| catalogue.sentence(english))
    }

    fn plural(&self, count: u64, one: &'static str, other: &'static str) -> String {
        match translations::of(current()) {
            Some(catalogue) => catalogue.plural(count, one, other),
            None => words::english(count, one, other).to_owned(),
        }
    }

    fn number(&self, number: u64) -> String {
        translations::number(current(), number)
    }

    fn amount(&self, units: u64, digits: u32, code: &'static str) -> String {
        translations::amount(current(), units, digits, code)
    }

    fn percent(&self, hundredths: u16) -> String {
        translations::percent(current(), hundredths)
    }

    fn moment(&self, seconds: i64) -> String {
        // The mark of the zone is the same in every language.
        format!("{} UTC", translations::date_time(current(), seconds))
    }

    fn day(&self, seconds: i64) -> String {
        translations::date(current(), seconds)
    }

    fn month(&self, seconds: i64) -> String {
        translations::month(current(), seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_first_language_it_asks_for_that_the_shop_speaks() {
        for (header, language) in [
            ("de", Some(Language::German)),
            ("DE-at, en;q=0.5", Some(Language::German)),
            ("en;q=0.4, fr-CA;q=0.8", Some(Language::French)),
            ("nl, de;q=0, en;q=0.1", Some(Language::English)),
            ("en-XA", Some(Language::English)),
            ("nl", None),
            ("*", None),
            ("", None),
            (";;q=,,q=1", None),
        ] {
            assert_eq!(accepted(header), language, "{header}");
        }
    }
}
