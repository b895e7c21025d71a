//! What older and newer releases wrote is read, and what waits is bounded.

use super::*;
use crate::domain::correlation::CorrelationId;
use crate::server::ceremony::Purpose;

#[test]
fn a_message_that_only_a_newer_release_knows_is_left_out_and_the_rest_is_kept() {
    let mut data = SessionData::default();
    data.tell(Flash::Restored);
    let mut stored = serde_json::to_value(&data).expect("stored");
    let messages = stored["flashes"].as_array_mut().expect("messages");
    messages.insert(0, serde_json::json!("sent_to_the_moon"));
    messages.insert(0, serde_json::json!({ "sent": { "to": "the moon" } }));
    // So did the releases before correlation ids.
    messages.push(serde_json::json!("cleared"));
    data.tell(Flash::Cleared);
    assert_eq!(serde_json::from_value::<SessionData>(stored).expect("read"), data);
}

#[test]
fn what_waits_in_a_form_that_only_a_newer_release_knows_counts_as_nothing_and_the_rest_is_kept() {
    let mut data = SessionData::default();
    data.tell(Flash::Restored);
    let mut stored = serde_json::to_value(&data).expect("stored");
    assert!(stored.get("pending").is_none(), "nothing waits, and nothing is written");
    for newer in [serde_json::json!("soon"), serde_json::json!({ "login": { "account": "ada" } }), serde_json::json!(null)] {
        stored["pending"] = newer;
        assert_eq!(serde_json::from_value::<SessionData>(stored.clone()).expect("read"), data);
    }
}

#[test]
fn a_question_to_a_passkey_is_kept_and_one_in_another_form_is_left_out() {
    let mut data = SessionData::default();
    assert_eq!(serde_json::to_value(&data).expect("stored").as_object().map(serde_json::Map::len), Some(1), "nothing is kept of none");
    let asked = Ceremony::new(Timestamp::seconds(7), Purpose::LogIn, &"state").expect("a state");
    data.ceremony = Some(asked);
    let mut stored = serde_json::to_value(&data).expect("stored");
    assert_eq!(serde_json::from_value::<SessionData>(stored.clone()).expect("read"), data);
    stored["ceremony"]["purpose"] = serde_json::json!({ "fly": { "to": "the moon" } });
    assert_eq!(serde_json::from_value::<SessionData>(stored).expect("read"), SessionData::default());
}

#[test]
fn untold_messages_are_bounded() {
    let mut data = SessionData::default();
    (0..20).for_each(|_| data.tell(Flash::Restored));
    assert_eq!(data.flashes.len(), 5);
}

#[test]
fn what_nobody_asked_for_in_time_is_dropped_with_the_next_one_and_refused_forms_are_bounded() {
    let mut data = SessionData::default();
    let correlation = |at| CorrelationId::new(7, Timestamp::seconds(at));
    let typed = || Typed::of("/api/log_in", [("login", "ada")]).expect("kept");
    data.tell(Flash::LoginExpired);
    data.leave(Untold::of(&correlation(0), Flash::Cleared));
    data.leave_typed(Untold::of(&correlation(0), typed()));
    data.leave(Untold::of(&correlation(CorrelationId::WAITS), Flash::Restored));
    assert_eq!(data.flashes.len(), 3, "in time");
    data.leave(Untold::of(&correlation(CorrelationId::WAITS + 1), Flash::Restored));
    assert_eq!((data.flashes.len(), &data.flashes[0].what), (3, &Flash::LoginExpired), "what is for anybody waits on");
    (0..9).for_each(|more| data.leave_typed(Untold::of(&correlation(CorrelationId::WAITS + 1 + more), typed())));
    assert_eq!(data.typed.len(), 3);
}

#[test]
fn a_checkout_of_a_newer_release_counts_as_nothing_and_the_rest_is_kept() {
    let mut data = SessionData::default();
    data.tell(Flash::Restored);
    let mut stored = serde_json::to_value(&data).expect("stored");
    assert!(stored.get("checkout").is_none(), "nothing is filled in, and nothing is written");
    for newer in [serde_json::json!("soon"), serde_json::json!({ "delivery": "by balloon" }), serde_json::json!(null)] {
        stored["checkout"] = newer;
        assert_eq!(serde_json::from_value::<SessionData>(stored.clone()).expect("read"), data);
    }
}

#[test]
fn a_coupon_of_another_form_counts_as_none_and_the_rest_is_kept() {
    let mut data = SessionData::default();
    data.tell(Flash::Restored);
    let mut stored = serde_json::to_value(&data).expect("stored");
    assert!(stored.get("coupon").is_none(), "none is entered, and nothing is written");
    for newer in [serde_json::json!(["A", "B"]), serde_json::json!("a b"), serde_json::json!(null)] {
        stored["coupon"] = newer;
        assert_eq!(serde_json::from_value::<SessionData>(stored.clone()).expect("read"), data);
    }
    data.coupon = CouponCode::parse("WELCOME10").ok();
    let stored = serde_json::to_value(&data).expect("stored");
    assert_eq!(
        (&stored["coupon"], serde_json::from_value::<SessionData>(stored.clone()).ok()),
        (&serde_json::json!("WELCOME10"), Some(data))
    );
}

#[test]
fn a_coupon_goes_with_the_cart_to_another_device_and_releases_without_coupons_read_the_cart() {
    use crate::server::sessions::Data;
    let coupon = |text: &str| CouponCode::parse(text).ok();
    let mut phone = SessionData { coupon: coupon("ONE"), ..SessionData::default() };
    let packed = phone.pack();
    assert_eq!((phone.coupon, Cart::deserialize(&packed).ok()), (None, Some(Cart::default())));
    let mut desk = SessionData::default();
    assert!(desk.unpack(&packed));
    assert_eq!(desk.coupon, coupon("ONE"));
    let mut other = SessionData { coupon: coupon("TWO"), ..SessionData::default() };
    assert!(other.unpack(&packed));
    assert_eq!(other.coupon, coupon("TWO"), "what was entered here stays");
    assert!(other.unpack(&serde_json::to_value(Cart::default()).expect("JSON")), "as such a release packs it");
}

#[test]
fn a_guests_session_knows_its_newest_orders() {
    let mut data = SessionData::default();
    (0..30).for_each(|bits| data.know_order(OrderNumber::of_bits(bits)));
    assert_eq!((data.orders.len(), &data.orders[0], &data.orders[19]), (20, &OrderNumber::of_bits(10), &OrderNumber::of_bits(29)));
}
