//! Lifetimes on an injected clock.

use super::*;
use crate::server::sessions::data::Device;
use std::collections::HashMap;
use tower_sessions::session::Id;

const DAY: i64 = 86_400;
const LIFETIMES: Lifetimes = Lifetimes {
    session_idle: DAY,
    session_absolute: 7 * DAY,
    remember_idle: 30 * DAY,
    remember_absolute: 90 * DAY,
    anonymous_idle: 30 * DAY,
};
const START: Timestamp = Timestamp::seconds(1_800_000_000);

/// What some application keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    notes: u32,
    expired: bool,
}

impl Data for Kept {
    const VERSION: u32 = 3;

    fn login_expired(&mut self) {
        self.expired = true;
    }
}

fn logged_in(remembered: bool) -> State<Kept> {
    let (username, method) = ("ada".to_owned(), "password".to_owned());
    let login = Login { account_id: AccountId::new(1), username, at: START, method, remembered, device: Device::default() };
    let mut state = State::new(START);
    state.set_login(Some(login), &LIFETIMES);
    state
}

/// Uses the session once every `step` seconds until the login is gone; gives when that was.
fn ends(mut state: State<Kept>, step: i64) -> i64 {
    let mut now = START;
    while state.login().is_some() {
        now = now.plus(step);
        state.arrive(now, &LIFETIMES);
    }
    assert!(state.data.expired, "the application is told");
    now.since(START)
}

#[test]
fn a_login_ends_when_unused_and_at_the_latest_after_its_absolute_limit() {
    assert_eq!(ends(logged_in(false), DAY), DAY, "idle");
    assert_eq!(ends(logged_in(false), DAY / 2), 7 * DAY, "absolute");
    assert_eq!(ends(logged_in(true), 30 * DAY), 30 * DAY, "remembered, idle");
    assert_eq!(ends(logged_in(true), DAY), 90 * DAY, "remembered, absolute");
}

#[test]
fn a_session_outlives_its_login_as_a_guest() {
    let mut data = logged_in(false);
    data.arrive(START.plus(DAY), &LIFETIMES);
    assert_eq!(data.login(), None);
    assert!(!data.is_over(START.plus(DAY), &LIFETIMES));
    assert_eq!(data.expires_at(&LIFETIMES), START.plus(31 * DAY));
}

#[test]
fn a_visit_is_counted_after_thirty_quiet_minutes() {
    let mut data = State::<Kept>::new(START);
    data.arrive(START.plus(VISIT_GAP), &LIFETIMES);
    assert_eq!(data.visits(), 1);
    data.arrive(START.plus(2 * VISIT_GAP + 1), &LIFETIMES);
    assert_eq!(data.visits(), 2);
}

#[test]
fn use_is_recorded_every_five_minutes_or_often_enough_for_short_limits() {
    let data = State::<Kept>::new(START);
    assert!(!data.wants_touch(START.plus(299), &LIFETIMES));
    assert!(data.wants_touch(START.plus(300), &LIFETIMES));
    assert_eq!(Lifetimes { session_idle: 10, ..LIFETIMES }.touch_interval(), 1);
}

#[test]
fn a_clock_that_goes_back_ends_nothing_and_lengthens_nothing() {
    let (mut data, back) = (logged_in(false), START.plus(-10 * DAY));
    assert!(data.wants_touch(back, &LIFETIMES), "what lies ahead is mended");
    data.arrive(back, &LIFETIMES);
    assert!(data.login().is_some());
    assert_eq!((data.last_seen_at(), data.visits()), (back, 1));
    assert!(data.login_is_over(back.plus(DAY), &LIFETIMES));
    data.core.last_seen_at = back.plus(7 * DAY - 1);
    assert!(data.login_is_over(back.plus(7 * DAY), &LIFETIMES));
}

#[test]
fn the_cookie_is_renewed_when_half_of_its_life_is_spent() {
    let data = State::<Kept>::new(START);
    assert_eq!(data.max_age(&LIFETIMES), 30 * DAY);
    assert!(!data.wants_cookie(START.plus(15 * DAY), &LIFETIMES));
    assert!(data.wants_cookie(START.plus(15 * DAY + 1), &LIFETIMES));
}

fn record(value: Value) -> Record {
    let expiry_date = time::OffsetDateTime::UNIX_EPOCH;
    Record { id: Id(1), data: HashMap::from([(KEY.to_owned(), value)]), expiry_date }
}

#[test]
fn what_an_older_release_wrote_is_read_and_what_a_newer_one_added_is_no_harm() {
    let value = serde_json::json!({"started_at": 5, "notes": 2, "a_field_of_tomorrow": true});
    let state = State::<Kept>::of_record(&record(value)).expect("reads");
    assert_eq!((state.started_at(), state.data), (Timestamp::seconds(5), Kept { notes: 2, expired: false }));
}

#[test]
fn a_version_that_means_something_else_is_left_alone() {
    let of = |version: u64| State::<Kept>::of_record(&record(serde_json::json!({"version": version}))).map(|_| ());
    assert_eq!((of(0), of(3), of(4)), (Ok(()), Ok(()), Err(Unreadable::TooNew(4))));
}

#[test]
fn a_value_is_read_as_it_was_written() {
    let mut state = logged_in(true);
    state.data.notes = 7;
    state.sign(Receipt { number: "x".into(), from: "AAAAAAAAAAAAAAAAAAAAAQ".parse().expect("a key"), at: START, is_kept: true });
    assert_eq!(State::of_record(&record(state.value().expect("written"))), Ok(state));
}

/// Names that the core has, too, are the application's own business.
#[test]
fn the_applications_fields_have_a_place_of_their_own() {
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Same {
        login: String,
        visits: String,
        version: String,
    }
    impl Data for Same {
        const VERSION: u32 = 1;
    }
    let mut state = State::<Same>::new(START);
    state.data.login = "ada".into();
    assert_eq!(State::of_record(&record(state.value().expect("written"))), Ok(state));
}

#[test]
fn longer_limits_are_for_later_logins() {
    let state = logged_in(false);
    let longer = Lifetimes { session_absolute: 70 * DAY, ..LIFETIMES };
    let shorter = Lifetimes { session_absolute: 2 * DAY, ..LIFETIMES };
    assert_eq!(state.login_ends_at(&longer), Some(START.plus(7 * DAY)));
    assert_eq!(state.login_ends_at(&shorter), Some(START.plus(2 * DAY)));
}

#[test]
fn who_logs_out_and_goes_on_begins_anew_with_the_data() {
    let mut state = logged_in(false);
    state.data.notes = 7;
    state.arrive(START.plus(3_600), &LIFETIMES);
    state.restart();
    assert_eq!((state.login(), state.visits(), state.started_at(), state.data.notes), (None, 1, START.plus(3_600), 7));
}
