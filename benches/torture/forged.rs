//! `forged`: cookies that the shop never set. An id that the shop did not make must never become a session.

use super::{
    answer::Answer,
    client::Visitor,
    cluster::Cluster,
    dice::Dice,
    load::begin,
    programs::scratch,
    report::{Outcome, Stop, Tally},
    shop::{Plan, Shop},
    shopper::Shopper,
    sizes::FORGED,
    sqlite,
};
use std::{net::SocketAddr, sync::Arc};
use tokio::task::JoinSet;

const VISITORS: u32 = 16;
/// One request in this many is a `POST`, which is refused.
const POSTS: u32 = 20;
const BASE64URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The last of 22 characters holds only two bits of the id.
const LAST: &[u8] = b"AQgw";

/// `POST` requests that are refused, with their status.
const REFUSED: [(&str, &str, u16); 4] = [
    ("/api/add_to_cart", "product=no-such-thing&quantity=1", 404),
    ("/api/add_to_cart", "product=laptop&quantity=0", 422),
    ("/api/set_quantity", "product=laptop&quantity=100", 422),
    ("/api/restore_to_cart", "product=", 409),
];

pub async fn on_sqlite() -> Outcome<String> {
    let folder = scratch()?;
    let file = folder.path().join("shop.db");
    let shop = Plan::new("forged", sqlite::url(&file)?).open().await?;
    let tally = send(&shop).await?;
    let rows = sqlite::sessions(&file).await?;
    disguise(&shop, &tally).await?;
    report(&tally, rows)
}

pub async fn on_postgres() -> Outcome<String> {
    let cluster = Cluster::start().await?;
    let shop = Plan::new("forged-postgres", cluster.url()).open().await?;
    let tally = send(&shop).await?;
    let rows = cluster.value("select count(*) from session").await?;
    disguise(&shop, &tally).await?;
    report(&tally, rows.parse().map_err(|_| Stop::Failed(format!("no count: {rows}")))?)
}

async fn send(shop: &Shop) -> Outcome<Arc<Tally>> {
    let tally = Arc::new(Tally::default());
    let mut visitors = JoinSet::new();
    for number in 0..VISITORS {
        visitors.spawn(visit(shop.address, number, Arc::clone(&tally)));
    }
    while let Some(ended) = visitors.join_next().await {
        ended.map_err(|error| Stop::Failed(error.to_string()))?;
    }
    Ok(tally)
}

async fn visit(address: SocketAddr, first: u32, tally: Arc<Tally>) {
    let (mut dice, mut visitor) = (Dice::new(), Visitor::new(address));
    for number in (first..FORGED).step_by(VISITORS as usize) {
        let cookie = forge(&mut dice, number);
        visitor.cookie = Some(cookie.clone());
        let (kind, right, answer) = if number % POSTS == 0 {
            let (path, form, status) = REFUSED[(number / POSTS) as usize % REFUSED.len()];
            ("refused post", status, visitor.call(path, form).await)
        } else {
            let path = ["/", "/cart", "/products/laptop"][number as usize % 3];
            ("page", 200, visitor.page(path).await)
        };
        tally.count(kind, &answer);
        let is_right = |answer: &Answer| answer.status == right && answer.cookie.is_none();
        tally.expect(answer.as_ref().is_ok_and(is_right), || format!("{kind} with {cookie:.60}: {answer:?}"));
    }
}

/// A cookie header as an attacker, a broken program or another shop would send it.
fn forge(dice: &mut Dice, number: u32) -> String {
    let well_formed = |dice: &mut Dice| format!("{}{}", dice.word(BASE64URL, 21), dice.word(LAST, 1));
    // 13 and 7 have no common divisor with the numbers of pages and posts, so each kind of cookie meets each page.
    match number % 13 {
        7 => format!("id={}", dice.word(BASE64URL, 21)),
        8 => format!("id={}A", well_formed(dice)),
        9 => "id=".to_owned(),
        10 => format!("id={}", dice.word(b"!%\"'<>\\ +/=.\t", 22)),
        11 | 12 => match number / 13 % 7 {
            0 => format!("id={}; id={}", well_formed(dice), well_formed(dice)),
            1 => format!("id={}", dice.word(BASE64URL, 4_000)),
            2 => format!("id=\"{}\"", well_formed(dice)),
            // A name that only decodes to the cookie's name must not count. Otherwise an attacker could plant such a cookie.
            3 => format!("%69%64={}", dice.word(BASE64URL, 21)),
            4 => format!("id=; %69d={}", dice.word(BASE64URL, 23)),
            5 => format!("id; __Host-id={}; =", well_formed(dice)),
            _ => format!("other=1; id={}ß", dice.word(BASE64URL, 20)),
        },
        _ => format!("id={}", well_formed(dice)),
    }
}

/// Tries a real id under a name that decodes to the cookie's name. Another subdomain can set a cookie of such a name, although
/// browsers do not let it set `__Host-id`. Such a cookie must neither count nor hide the real one.
async fn disguise(shop: &Shop, tally: &Tally) -> Outcome<()> {
    let mut shopper = Shopper::new(shop.address);
    begin(&mut shopper, tally).await?;
    let real = shopper.visitor.cookie.unwrap_or_default();
    let disguised = real.replacen("id=", "%69d=", 1);
    let nobodys = format!("{real}; %69d={}A", "A".repeat(21));
    for (cookie, lines) in [(&real, 1), (&disguised, 0), (&nobodys, 1)] {
        let answer = Visitor::with_cookie(shop.address, cookie).data("/api/cart").await;
        let cart = answer.map_err(|cut| cut.to_string()).and_then(|answer| answer.cart()).map_err(Stop::Failed)?;
        tally.expect(cart.len() == lines, || format!("{} lines in the cart of a visitor with {cookie}, not {lines}", cart.len()));
    }
    Ok(())
}

fn report(tally: &Tally, rows: i64) -> Outcome<String> {
    tally.expect(rows == 0, || format!("{rows} rows in table session"));
    tally.verdict(format!("{}; {rows} rows, no cookie set", tally.answers()))
}
