//! `names`: whether the time of an answer reveals who has an account. It asks about somebody with an account and about somebody
//! without one, in turn, and compares the times.

use super::{
    client::Visitor,
    dice::Dice,
    programs::scratch,
    rank,
    report::{Outcome, Tally},
    shop::Plan,
    sizes::ASKED,
    sqlite,
};
use std::time::Duration;

/// The most that the two may differ, by the median. It is less than the variation of a network from one request to the next.
const LIMIT: Duration = Duration::from_millis(1);
/// The demonstration account, which has this address.
const ADDRESS: &str = "admin%40example.com";

/// A form, and the answer to both.
struct Form {
    name: &'static str,
    path: &'static str,
    known: fn(u32) -> String,
    unknown: fn(u32) -> String,
    status: u16,
}

const FORMS: [Form; 3] = [
    Form {
        name: "log in",
        path: "/api/log_in",
        known: |_| "login=admin&password=another+one".to_owned(),
        unknown: |number| format!("login=nobody{number}&password=another+one"),
        status: 401,
    },
    Form {
        name: "register",
        path: "/api/register",
        known: |number| registration(number, "a", ADDRESS),
        unknown: |number| registration(number, "b", &format!("nobody{number}%40example.com")),
        status: 200,
    },
    Form {
        name: "forgot password",
        path: "/api/request_password_reset",
        known: |_| "login=admin".to_owned(),
        unknown: |number| format!("login=nobody{number}"),
        status: 200,
    },
];

fn registration(number: u32, who: &str, address: &str) -> String {
    format!("username=visitor-{who}{number}&email={address}&password=violet+tram+under+snow")
}

pub async fn trial() -> Outcome<String> {
    let folder = scratch()?;
    let shop = Plan::new("names", sqlite::url(&folder.path().join("shop.db"))?).open().await?;
    let tally = Tally::default();
    let (mut visitor, mut dice) = (Visitor::new(shop.address), Dice::new());
    let mut pairs: [Vec<(f64, f64)>; 3] = Default::default();
    for number in 0..ASKED {
        for (form, pairs) in FORMS.iter().zip(&mut pairs) {
            let mut asked = async |text: String| {
                visitor.cookie = None;
                let answer = visitor.call(form.path, &text).await;
                tally.count(form.name, &answer);
                tally.expect(answer.as_ref().is_ok_and(|answer| answer.status == form.status), || format!("{}: {answer:?}", form.name));
                answer.map_or(0.0, |answer| answer.took.as_secs_f64() * 1_000.0)
            };
            // The order is random, because the second request profits from caches that the first one filled.
            let pair = if dice.below(2) == 0 {
                let known = asked((form.known)(number)).await;
                (known, asked((form.unknown)(number)).await)
            } else {
                let unknown = asked((form.unknown)(number)).await;
                (asked((form.known)(number)).await, unknown)
            };
            pairs.push(pair);
        }
    }
    let mut told = Vec::new();
    for (form, pairs) in FORMS.iter().zip(&pairs) {
        let compared = rank::compare(pairs);
        let limit = LIMIT.as_secs_f64() * 1_000.0;
        tally.expect(compared.low > -limit && compared.high < limit, || format!("{}: {compared}", form.name));
        told.push(format!("{}: {compared}", form.name));
    }
    tally.verdict(format!("{ASKED} times each; {}", told.join("; ")))
}
