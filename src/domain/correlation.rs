//! Decides which page shows a message: the page to which the form leads that caused it, in the same tab.
//!
//! Each form that is sent gets a correlation id. Its message waits in the session under that id, and the page that the form leads
//! to has the id in its address (`?correlation=…`). So another tab does not show the message, even if it loads a page first. The
//! id is no secret and gives no access: it works only in its own session, once, and for ten minutes.

use crate::domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The correlation id of one form that one tab sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrelationId {
    number: String,
    at: Timestamp,
}

impl CorrelationId {
    /// Its parameter in an address.
    pub const NAME: &str = "correlation";
    /// How many seconds a message waits for its page.
    pub const WAITS: i64 = 600;

    /// A new id, made from a random number.
    pub fn new(number: u64, at: Timestamp) -> Self {
        Self { number: format!("{number:016x}"), at }
    }

    /// When the form was sent.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Whether its page was not loaded in time.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        now.since(self.at) > Self::WAITS
    }

    /// An address of the shop, with this id.
    pub fn mark(&self, address: &str) -> String {
        marked(address, Some(&self.number))
    }
}

/// An address with this correlation id in place of any other.
pub fn marked(address: &str, number: Option<&str>) -> String {
    let (address, _) = taken_off(address);
    let Some(number) = number else { return address };
    let (page, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}{}={number}{fragment}", CorrelationId::NAME)
}

/// An address without a correlation id, and the id.
pub fn taken_off(address: &str) -> (String, Option<String>) {
    let (page, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
    let Some((path, query)) = page.split_once('?') else { return (address.to_owned(), None) };
    let number = |pair: &str| pair.strip_prefix(CorrelationId::NAME)?.strip_prefix('=').map(str::to_owned);
    let is_other = |pair: &&str| *pair != CorrelationId::NAME && number(pair).is_none();
    let found = query.split('&').find_map(number);
    if found.is_none() && query.split('&').all(|pair| is_other(&pair)) {
        return (address.to_owned(), None);
    }
    let kept: Vec<&str> = query.split('&').filter(is_other).collect();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    (format!("{path}{query}{fragment}"), found)
}

/// Something that waits in a session to be shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untold<T> {
    /// What is shown.
    pub what: T,
    /// The id of its form. If it belongs to no form, the next page of any tab shows it.
    pub correlation: Option<CorrelationId>,
}

impl<T: Clone> Untold<T> {
    /// What a page with this number takes out of a session: what the page shows, and what has waited for too long.
    pub fn taken(all: &[Self], page: Option<&str>, now: Timestamp) -> Vec<Self> {
        all.iter().filter(|one| one.is_for(page, now) || one.is_overdue(now)).cloned().collect()
    }
}

impl<T> Untold<T> {
    /// Waits for the page that this form leads to.
    pub fn of(correlation: &CorrelationId, what: T) -> Self {
        Self { what, correlation: Some(correlation.clone()) }
    }

    /// Waits for the next page of any tab, without a limit.
    pub fn to_anybody(what: T) -> Self {
        Self { what, correlation: None }
    }

    /// Whether a page shows it whose address has this number, or no number.
    pub fn is_for(&self, page: Option<&str>, now: Timestamp) -> bool {
        self.correlation.as_ref().is_none_or(|correlation| page == Some(correlation.number.as_str()) && !correlation.is_overdue(now))
    }

    /// Whether it has waited for too long, and is never shown.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.correlation.as_ref().is_some_and(|correlation| correlation.is_overdue(now))
    }
}

/// Adds what is to be told. What nobody asked for in time is dropped, and so is what is too much.
pub fn leave<T>(all: &mut Vec<Untold<T>>, most: usize, one: Untold<T>) {
    if let Some(now) = one.correlation.as_ref().map(CorrelationId::at) {
        all.retain(|other| !other.is_overdue(now));
    }
    all.push(one);
    let surplus = all.len().saturating_sub(most);
    all.drain(..surplus);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_an_address_holds_a_number_is_put_on_and_taken_off_and_never_piles_up(path in "/[a-z/?&=#é%]{0,40}(correlation=?[a-z0-9]{0,3}[&#]?){0,3}") {
            let (bare, _) = taken_off(&path);
            prop_assert_eq!(taken_off(&bare), (bare.clone(), None), "nothing is left of it");
            let correlation = CorrelationId::new(7, Timestamp::seconds(5));
            let with = correlation.mark(&path);
            prop_assert_eq!(taken_off(&with), (bare, Some("0000000000000007".to_owned())));
            prop_assert_eq!(correlation.mark(&with), with);
        }
    }

    #[test]
    fn a_number_is_put_on_an_address_and_taken_off_again() {
        let correlation = CorrelationId::new(0xab, Timestamp::seconds(5));
        let number = "00000000000000ab".to_owned();
        for (address, with) in [
            ("/", "/?correlation=00000000000000ab"),
            ("/?q=a+b&sort=name", "/?q=a+b&sort=name&correlation=00000000000000ab"),
            ("/cart#lines", "/cart?correlation=00000000000000ab#lines"),
            ("/forgot-password?sent", "/forgot-password?sent&correlation=00000000000000ab"),
        ] {
            assert_eq!(correlation.mark(address), with);
            assert_eq!(correlation.mark(with), with, "it never piles up");
            assert_eq!(taken_off(with), (address.to_owned(), Some(number.clone())));
            assert_eq!(taken_off(address), (address.to_owned(), None));
        }
        for (address, without) in [
            ("/?correlation=a&correlation=b&q=x", "/?q=x"),
            ("/?q=x&correlation", "/?q=x"),
            ("/?correlation=", "/"),
            ("/?correlation ids=1&q=correlation=2", "/?correlation ids=1&q=correlation=2"),
            ("/correlation=1", "/correlation=1"),
        ] {
            assert_eq!(taken_off(address).0, without, "{address}");
        }
    }

    #[test]
    fn what_waits_is_told_by_its_own_page_for_ten_minutes_and_what_is_nobodys_by_any() {
        let (correlation, at) = (CorrelationId::new(1, Timestamp::seconds(100)), Timestamp::seconds(100));
        let (own, any) = (Untold::of(&correlation, 'a'), Untold::to_anybody('b'));
        let (page, other) = (Some("0000000000000001"), Some("0000000000000002"));
        assert!(own.is_for(page, at.plus(CorrelationId::WAITS)) && !own.is_for(other, at) && !own.is_for(None, at));
        assert!(!own.is_for(page, at.plus(CorrelationId::WAITS + 1)) && own.is_overdue(at.plus(CorrelationId::WAITS + 1)));
        let late = at.plus(1_000_000);
        assert!(any.is_for(None, late) && any.is_for(other, late) && !any.is_overdue(late));
    }
}
