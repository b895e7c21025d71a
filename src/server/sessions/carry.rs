//! Keeps the fields of a stored session that this release does not know.
//!
//! Two releases run beside each other during a deploy. The older one reads a session and has no name for some
//! fields. If it wrote only its typed data, these would be lost. So whatever a change did not touch keeps the form in
//! which it was stored.

use super::state::DATA;
use serde_json::Value;

/// The whole of a session to store.
///
/// Unknown fields of a login belong to that login: another one, even of the same account, begins without them.
/// Of a session that was restarted, only unknown fields of the application's data are kept.
pub(super) fn carry_session(mut stored: Value, mut before: Value, mut after: Value, is_restarted: bool) -> Value {
    if stored.get(DATA).is_none() {
        // The form of releases before 0.2: nothing of it has to be kept.
        return after;
    }
    if is_restarted {
        after[DATA] = carry(&stored[DATA], &before[DATA], after[DATA].take());
        return after;
    }
    let same = |name| before["login"].get(name) == after["login"].get(name);
    if !(same("account_id") && same("at")) {
        for value in [&mut stored, &mut before] {
            value["login"] = Value::Null;
        }
    }
    carry(&stored, &before, after)
}

/// The value to store: `after`, and of `stored` all that `before` did not show of it.
///
/// `before` is `stored` as this release understood it, `after` the same once it was changed.
fn carry(stored: &Value, before: &Value, after: Value) -> Value {
    if *before == after {
        return stored.clone();
    }
    match (stored, before, after) {
        (Value::Object(stored), Value::Object(before), Value::Object(mut after)) => {
            for (name, value) in stored {
                match (before.get(name), after.get_mut(name)) {
                    (Some(before), Some(after)) => *after = carry(value, before, after.take()),
                    // A field this release does not know. (A known field that is missing now was removed on purpose.)
                    (None, None) => drop(after.insert(name.clone(), value.clone())),
                    _ => {}
                }
            }
            Value::Object(after)
        }
        (Value::Array(stored), Value::Array(before), Value::Array(after)) if stored.len() == before.len() => {
            // An element that changed can be found by its place only if it is the only one.
            let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count();
            let in_place = before.len() == after.len() && changed == 1;
            let place = |(at, value): (usize, Value)| match before.iter().position(|one| *one == value) {
                Some(found) => stored[found].clone(),
                None if in_place => carry(&stored[at], &before[at], value),
                None => value,
            };
            Value::Array(after.into_iter().enumerate().map(place).collect())
        }
        (_, _, after) => after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_nobody_here_knows_is_kept_at_every_depth() {
        let stored =
            json!({"visits": 1, "likes": ["radio"], "cart": {"lines": [{"product": "phone", "quantity": 1, "gift": true}], "coupon": "x"}});
        let before = json!({"visits": 1, "cart": {"lines": [{"product": "phone", "quantity": 1}]}});
        let after = json!({"visits": 2, "cart": {"lines": [{"product": "phone", "quantity": 5}]}});
        assert_eq!(
            carry(&stored, &before, after),
            json!({"visits": 2, "likes": ["radio"], "cart": {"lines": [{"product": "phone", "quantity": 5, "gift": true}], "coupon": "x"}})
        );
    }

    #[test]
    fn what_is_known_and_taken_away_is_gone() {
        let stored = json!({"login": {"name": "ada", "factor": 2}, "flashes": ["a"]});
        let before = json!({"login": {"name": "ada"}, "flashes": ["a"]});
        assert_eq!(carry(&stored, &before, json!({"login": null})), json!({"login": null}));
    }

    #[test]
    fn what_moved_in_a_list_takes_its_unknown_part_along() {
        let stored = json!([{"a": 1, "x": 1}, {"a": 2, "x": 2}]);
        let before = json!([{"a": 1}, {"a": 2}]);
        assert_eq!(carry(&stored, &before, json!([{"a": 2}])), json!([{"a": 2, "x": 2}]));
        assert_eq!(carry(&stored, &before, json!([{"a": 2}, {"a": 3}])), json!([{"a": 2, "x": 2}, {"a": 3}]), "a stranger gets nothing");
    }

    #[test]
    fn what_is_unknown_about_a_login_stays_with_that_login() {
        let of = |name: &str, at: u32, more: Value| {
            let mut login = json!({"account_id": name, "at": at});
            login.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
            json!({"login": login, "data": {}})
        };
        let (stored, before) = (of("ada", 1, json!({"factor": 2})), of("ada", 1, json!({})));
        let used = of("ada", 1, json!({"device": "x"}));
        assert_eq!(carry_session(stored.clone(), before.clone(), used, false)["login"]["factor"], 2);
        for other in [of("eve", 1, json!({})), of("ada", 2, json!({}))] {
            assert_eq!(carry_session(stored.clone(), before.clone(), other.clone(), false), other);
        }
    }

    #[test]
    fn who_begins_anew_inherits_nothing_but_the_data() {
        let stored = json!({"secret_of_tomorrow": 1, "data": {"cart": 1, "gift": 2}});
        let (before, after) = (json!({"data": {"cart": 1}}), json!({"data": {"cart": 3}}));
        assert_eq!(carry_session(stored.clone(), before.clone(), after.clone(), true), json!({"data": {"cart": 3, "gift": 2}}));
        assert_eq!(carry_session(stored, before, after, false)["secret_of_tomorrow"], 1);
    }

    #[test]
    fn an_older_form_is_left_behind_whole() {
        let after = json!({"visits": 1, "data": {"cart": 1}});
        assert_eq!(carry_session(json!({"visits": 1, "cart": 1}), json!({"visits": 1, "data": {"cart": 1}}), after.clone(), false), after);
    }

    #[test]
    fn an_unchanged_value_stays_as_it_was_stored() {
        let stored = json!({"version": 0, "x": [1]});
        assert_eq!(carry(&stored, &json!({"version": 0}), json!({"version": 0})), stored);
    }
}
