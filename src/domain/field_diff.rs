//! The difference between two JSON values, field by field.

use crate::domain::timestamp::Timestamp;
use serde_json::Value;

/// The fields that identify an element of a list. The first one that the element has counts.
const NAMES: [&str; 3] = ["product", "number", "slug"];

/// The last words in the names of fields that contain a time, in seconds since 1970.
const MOMENTS: [&str; 4] = ["at", "until", "since", "date"];

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Its path, such as `data.cart.lines[laptop].quantity`.
    pub path: String,
    /// Its old value; nothing if the field is new.
    pub before: Option<String>,
    /// Its new value; nothing if the field is gone.
    pub after: Option<String>,
}

/// All fields that differ, in the order of their names. A missing field and `null` are the same.
pub fn diff(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare("", Some(before), Some(after), &mut changes);
    changes
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    match (fields(before), fields(after)) {
        (Some(before), Some(after)) => {
            let mut names: Vec<&str> = before.iter().chain(&after).map(|(name, _)| name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let of = |fields: &[(String, Value)]| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
                let path = if path.is_empty() || name.starts_with('[') { format!("{path}{name}") } else { format!("{path}.{name}") };
                compare(&path, of(&before).as_ref(), of(&after).as_ref(), changes);
            }
        }
        _ => changes.push(FieldChange { path: path.to_owned(), before: text(path, before), after: text(path, after) }),
    }
}

/// The parts of an object, or of a list whose elements have names. A missing value has no parts, and compares with both.
fn fields(value: Option<&Value>) -> Option<Vec<(String, Value)>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Object(fields)) => Some(fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect()),
        Some(Value::Array(list)) => {
            let mut parts: Vec<(String, Value)> = Vec::with_capacity(list.len());
            for element in list {
                let name = format!("[{}]", name_of(element)?);
                // Two elements with the same name cannot be distinguished, so the list is compared as a whole.
                if parts.iter().any(|(other, _)| *other == name) {
                    return None;
                }
                parts.push((name, element.clone()));
            }
            Some(parts)
        }
        Some(_) => None,
    }
}

/// The name of an element of a list: one of its fields, or the element itself if it is a text.
fn name_of(element: &Value) -> Option<String> {
    match element {
        Value::Object(fields) => NAMES.iter().find_map(|name| fields.get(*name)).map(bare),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text(path: &str, value: Option<&Value>) -> Option<String> {
    let value = value.filter(|value| !value.is_null())?;
    let name = path.rsplit('.').next().unwrap_or_default();
    let is_moment = MOMENTS.contains(&name.rsplit('_').next().unwrap_or_default());
    let moment = value.as_i64().filter(|_| is_moment).map(|seconds| readable(Timestamp::seconds(seconds)));
    Some(moment.map_or_else(|| value.to_string(), |moment| format!("{value} ({moment})")))
}

/// A time to the second, in UTC.
pub fn readable(at: Timestamp) -> String {
    format!("{}:{:02} UTC", at.utc(), at.get().rem_euclid(60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Each as one line.
    fn lines(before: &Value, after: &Value) -> Vec<String> {
        let line = |change: FieldChange| {
            let [before, after] = [change.before, change.after].map(|text| text.unwrap_or_else(|| "nothing".to_owned()));
            format!("{}: {before} → {after}", change.path)
        };
        diff(before, after).into_iter().map(line).collect()
    }

    #[test]
    fn a_field_that_changed_is_named_with_its_way_there() {
        let cart = |quantity: u32| json!({"visits": 1, "data": {"cart": {"lines": [{"product": "laptop", "quantity": quantity}]}}});
        assert_eq!(lines(&cart(1), &cart(2)), ["data.cart.lines[laptop].quantity: 1 → 2"]);
        assert_eq!(lines(&cart(1), &cart(1)), [""; 0]);
    }

    #[test]
    fn what_came_and_what_went_is_told_field_by_field() {
        let (guest, known) = (json!({"login": null}), json!({"login": {"username": "ada", "remembered": false}}));
        assert_eq!(lines(&guest, &known), ["login.remembered: nothing → false", "login.username: nothing → \"ada\""]);
        assert_eq!(lines(&known, &guest), ["login.remembered: false → nothing", "login.username: \"ada\" → nothing"]);
        assert_eq!(lines(&json!(null), &json!({"a": {"b": 1}})), ["a.b: nothing → 1"]);
    }

    #[test]
    fn elements_of_lists_are_known_by_their_names_and_not_by_their_places() {
        let of = |products: &[&str]| json!({"likes": products});
        assert_eq!(lines(&of(&["a", "b"]), &of(&["c", "a", "b"])), ["likes[c]: nothing → \"c\""]);
        assert_eq!(lines(&of(&["a", "b"]), &of(&["b", "a"])), [""; 0], "the order is no field");
        let of = |product: &str| json!({"lines": [{"product": "mug", "quantity": 1}, {"product": product, "quantity": 3}]});
        assert_eq!(
            lines(&of("pen"), &of("bag")),
            [
                "lines[bag].product: nothing → \"bag\"",
                "lines[bag].quantity: nothing → 3",
                "lines[pen].product: \"pen\" → nothing",
                "lines[pen].quantity: 3 → nothing"
            ]
        );
    }

    #[test]
    fn a_list_whose_elements_have_no_names_is_told_as_a_whole() {
        assert_eq!(lines(&json!({"x": [1, 2]}), &json!({"x": [1, 3]})), ["x: [1,2] → [1,3]"]);
        assert_eq!(lines(&json!({"x": ["a", "a"]}), &json!({"x": ["a"]})), ["x: [\"a\",\"a\"] → [\"a\"]"]);
        assert_eq!(lines(&json!({"x": 1}), &json!({"x": {"y": 2}})), ["x: 1 → {\"y\":2}"]);
    }

    #[test]
    fn moments_are_readable() {
        assert_eq!(
            lines(&json!({"last_seen_at": 1_795_209_240, "visits": 1}), &json!({"last_seen_at": 1_795_209_305, "visits": 2})),
            ["last_seen_at: 1795209240 (2026-11-20 21:14:00 UTC) → 1795209305 (2026-11-20 21:15:05 UTC)", "visits: 1 → 2"]
        );
    }
}
