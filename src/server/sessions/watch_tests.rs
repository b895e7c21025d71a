//! Tabs get the right state, even if looks end in another order than they began.

use super::*;

fn live(parts: &str) -> Seen {
    Seen::Live(Arc::new(Parts::parse(parts)))
}

fn told(tab: &mut Tab) -> String {
    match tab.news() {
        Some(Seen::Live(parts)) => parts.to_string(),
        Some(Seen::Over(event)) => event.as_str().to_owned(),
        None => "nothing".to_owned(),
    }
}

#[test]
fn a_look_that_began_earlier_and_ends_later_is_dropped() {
    let (watch, key) = (Watch::default(), StoredKey::of(7));
    let mut tab = watch.listen(key).expect("a tab");
    let (first, second) = (watch.begin_look(), watch.begin_look());
    watch.tell(key, second, live("cart=2"), None);
    watch.tell(key, first, live("cart=1"), None);
    assert_eq!(told(&mut tab), "cart=2");
}

#[tokio::test]
async fn what_tabs_know_already_does_not_wake_them() {
    let (watch, key) = (Watch::default(), StoredKey::of(7));
    let mut tab = watch.listen(key).expect("a tab");
    let mut wakes = Vec::new();
    for parts in ["cart=1", "cart=1", "cart=2"] {
        watch.tell(key, watch.begin_look(), live(parts), None);
        wakes.push(tokio::time::timeout(std::time::Duration::from_millis(5), tab.is_told()).await.is_ok());
    }
    assert_eq!(wakes, [true, false, true]);
}

#[test]
fn only_what_somebody_listens_to_is_looked_at_and_each_end_once() {
    let (watch, key, other, now) = (Watch::default(), StoredKey::of(7), StoredKey::of(8), Timestamp::seconds(100));
    assert!(!watch.note(key), "nobody listens");
    let tab = watch.listen(key).expect("a tab");
    assert!(watch.note(key) && !watch.note(key), "one look for two changes");
    assert_eq!((watch.changed(), watch.changed()), (vec![key], vec![]));
    assert_eq!(watch.among(vec![key, other], now), [key]);
    watch.tell(key, watch.begin_look(), live("cart=1"), Some(now.plus(9)));
    watch.tell(key, watch.begin_look(), live("cart=2"), Some(now.plus(5)));
    assert_eq!(watch.among(vec![], now.plus(4)), []);
    assert_eq!((watch.among(vec![], now.plus(5)), watch.among(vec![], now.plus(99))), (vec![key], vec![]));
    watch.tell(key, watch.begin_look(), live("cart=2"), Some(now.plus(9)));
    drop(tab);
    assert!(watch.is_idle() && watch.awaited().ends.is_empty(), "who left is forgotten");
}
