//! Lifetimes on an injected clock.

use super::*;

const DAY: i64 = 86_400;
const LIFETIMES: Lifetimes = Lifetimes {
    session_idle: DAY,
    session_absolute: 7 * DAY,
    remember_idle: 30 * DAY,
    remember_absolute: 90 * DAY,
    anonymous_idle: 30 * DAY,
};
const START: Timestamp = Timestamp::seconds(1_800_000_000);

fn logged_in(remembered: bool) -> SessionData {
    let login =
        Login { account_id: 1, username: "ada".into(), at: START, method: LoginMethod::Password, remembered, device: Device::default() };
    SessionData { login: Some(login), ..SessionData::new(START) }
}

/// Uses the session once every `step` seconds until the login is gone; gives when that was.
fn ends(mut data: SessionData, step: i64) -> i64 {
    let mut now = START;
    while data.login.is_some() {
        now = now.plus(step);
        data.arrive(now, &LIFETIMES);
    }
    assert_eq!(data.flashes, [Flash::LoginExpired]);
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
    assert_eq!(data.login, None);
    assert!(!data.is_over(START.plus(DAY), &LIFETIMES));
    assert_eq!(data.expires_at(&LIFETIMES), START.plus(31 * DAY));
}

#[test]
fn a_visit_is_counted_after_thirty_quiet_minutes() {
    let mut data = SessionData::new(START);
    data.arrive(START.plus(VISIT_GAP), &LIFETIMES);
    assert_eq!(data.visits, 1);
    data.arrive(START.plus(2 * VISIT_GAP + 1), &LIFETIMES);
    assert_eq!(data.visits, 2);
}

#[test]
fn use_is_recorded_every_five_minutes_or_often_enough_for_short_limits() {
    let data = SessionData::new(START);
    assert!(!data.wants_touch(START.plus(299), &LIFETIMES));
    assert!(data.wants_touch(START.plus(300), &LIFETIMES));
    assert_eq!(Lifetimes { session_idle: 10, ..LIFETIMES }.touch_interval(), 1);
}

#[test]
fn a_clock_that_goes_back_ends_nothing_and_lengthens_nothing() {
    let (mut data, back) = (logged_in(false), START.plus(-10 * DAY));
    assert!(data.wants_touch(back, &LIFETIMES), "what lies ahead is mended");
    data.arrive(back, &LIFETIMES);
    assert!(data.login.is_some());
    assert_eq!((data.last_seen_at, data.visits), (back, 1));
    assert!(data.login_is_over(back.plus(DAY), &LIFETIMES));
    data.last_seen_at = back.plus(7 * DAY - 1);
    assert!(data.login_is_over(back.plus(7 * DAY), &LIFETIMES));
}

#[test]
fn the_cookie_is_renewed_when_half_of_its_life_is_spent() {
    let data = SessionData::new(START);
    assert_eq!(data.max_age(&LIFETIMES), 30 * DAY);
    assert!(!data.wants_cookie(START.plus(15 * DAY), &LIFETIMES));
    assert!(data.wants_cookie(START.plus(15 * DAY + 1), &LIFETIMES));
}

#[test]
fn what_an_older_release_wrote_is_read() {
    let data: SessionData = serde_json::from_str(r#"{"started_at":5,"a_field_of_tomorrow":true}"#).expect("reads");
    assert_eq!(data, SessionData { started_at: Timestamp::seconds(5), ..SessionData::default() });
}

#[test]
fn untold_messages_are_bounded() {
    let mut data = SessionData::new(START);
    (0..20).for_each(|_| data.tell(Flash::Restored));
    assert_eq!(data.flashes.len(), 5);
}
