//! The limits of trails, and their order.

use super::*;
use crate::server::clock::ManualClock;
use tower_sessions::session::Id;

fn key() -> StoredKey {
    Id::default().to_string().parse().expect("a key")
}

/// A change of this many bytes.
fn seen(number: u64, key: StoredKey, bytes: usize) -> Seen {
    let after = vec![0xc1; bytes];
    Seen { number, at: Timestamp::seconds(1), key, before: Some(Vec::new()), after, is_renamed: false, way: Way::default() }
}

fn trails() -> Trails {
    Trails::new(Arc::new(ManualClock::new()))
}

#[test]
fn fifty_changes_of_a_session_are_kept_and_the_others_are_counted() {
    let (trails, key) = (trails(), key());
    (1..=60).for_each(|number| trails.note(seen(number, key, 10)));
    let trail = trails.of(key).expect("a trail");
    assert_eq!((trail.changes.len(), trail.forgotten, trail.revision), (50, 10, 60));
    let numbers: Vec<u32> = trail.changes.iter().map(|change| change.number).collect();
    assert_eq!(numbers, (11..=60).rev().collect::<Vec<_>>(), "the newest first");
}

#[test]
fn large_entries_push_out_more() {
    let (trails, key) = (trails(), key());
    (1..=20).for_each(|number| trails.note(seen(number, key, 64 * 1_024)));
    assert_eq!(trails.of(key).map(|trail| (trail.changes.len(), trail.forgotten)), Some((8, 12)));
}

#[test]
fn a_hundred_sessions_are_followed_and_the_first_is_forgotten() {
    let trails = trails();
    let keys: Vec<StoredKey> = (0..101).map(|_| key()).collect();
    keys.iter().zip(1..).for_each(|(key, number)| trails.note(seen(number, *key, 1)));
    let names: Vec<Option<String>> = keys.iter().map(|key| trails.of(*key).map(|trail| trail.name)).collect();
    assert_eq!(names.iter().filter(|name| name.is_none()).count(), 1);
    assert!(names[0].is_none() && names[100].is_some());
    let book = trails.book();
    assert_eq!((book.trails.len(), book.of.len(), book.order.len()), (100, 100, 100));
}

#[test]
fn changes_stand_in_the_order_of_their_commits_whoever_tells_of_his_first() {
    let (trails, key) = (trails(), key());
    for (number, bytes) in [(1, 1), (3, 3), (2, 2)] {
        trails.note(seen(number, key, bytes));
    }
    let book = trails.book();
    let order: Vec<usize> = book.trails.values().flat_map(|followed| followed.seen.iter().map(|seen| seen.after.len())).collect();
    assert_eq!(order, [1, 2, 3]);
}

#[test]
fn what_is_forgotten_leaves_nothing() {
    let (trails, key) = (trails(), key());
    trails.note(seen(1, key, 1));
    let name = trails.of(key).expect("a trail").name;
    trails.forget(&name);
    assert!(trails.of(key).is_none() && trails.named(&name).is_none());
    let book = trails.book();
    assert_eq!((book.trails.len(), book.of.len(), book.order.len()), (0, 0, 0));
}
