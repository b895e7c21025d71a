//! A catalogue that grows: importing it, the shop page, searches and memory with 24, 10,000 and 100,000 products, on SQLite.
//!
//! Searches are asked for one after the other on one connection, and none twice, so no page was kept from before.

use super::{
    Line,
    http::Target,
    load::{self, Figures},
    progress,
    scratch::Scratch,
    shop::Shop,
    stages,
};
use satchel::{
    domain::money::Currency,
    server::{
        catalogue::{
            self,
            import::{self, Format},
        },
        db::Database,
    },
};
use serde_json::{Value, json};
use std::{collections::HashSet, time::Instant};

/// Numbers of products.
const SIZES: [usize; 3] = [24, 10_000, 100_000];
/// Searches of each kind.
const SEARCHES: usize = 300;
/// Different words in names, summaries and descriptions.
const WORDS: usize = 5_000;
/// Of so many products in a row, some are variants of one.
const GROUP: usize = 10;
/// How many.
const VARIANTS: usize = 2;
/// Shelves.
const SHELVES: usize = 40;
/// The highest price, in dollars.
const DEAREST: usize = 1_500;
/// What the bench's visitors put in their carts.
const CARTS: [&str; 3] = ["laptop", "phone", "headphones"];

/// The figures of each size.
pub async fn all() -> Vec<Line> {
    let (mut lines, mut shops) = (Vec::new(), Vec::new());
    for size in SIZES {
        progress(&format!("catalogue: {size} products"));
        let database = Scratch::file();
        let seconds = import(&database.url(), size).await;
        lines.push(Line::at_most(&format!("import of {size} products"), seconds, 30.0, "s"));
        let shop = Shop::open(&database.url(), None).await;
        if size > SIZES[0] {
            for (what, paths) in searches() {
                let figures = load::each(&Target::each(shop.server.address, &paths), shop.server.pid).await;
                let Figures { p50_millis, longest_millis, .. } = figures;
                lines.push(Line::told(&format!("{what}: p50 and longest"), format!("{p50_millis:.1} and {longest_millis:.1} ms")));
                lines.push(Line::at_most(&format!("{what}: p99"), figures.p99_millis, 5.0, "ms"));
            }
        }
        let memory = f64::from(shop.server.memory_megabytes());
        lines.push(Line::at_most(&format!("memory of the server, {size} products"), memory, 300.0, "MB"));
        shops.push((shop, database));
    }
    progress("catalogue: the shop page, few products beside many");
    let [few, some, many] = <[_; 3]>::try_from(shops).ok().expect("three");
    let pages = stages::by_turns([(&few.0, few.0.get("/")), (&some.0, some.0.get("/")), (&many.0, many.0.get("/"))]).await;
    for (size, page) in SIZES.iter().zip(&pages) {
        lines.push(Line::load(&format!("shop page with a session, {size} products"), page));
    }
    lines.push(Line::at_least("shop page, requests/s, 100,000 products ÷ 24", pages[2].per_second / pages[0].per_second, 0.9));
    lines
}

/// Imports so many products as the command does; gives the seconds, from the text of the file.
async fn import(url: &str, size: usize) -> f64 {
    let text = Value::Array((0..size).map(product).collect()).to_string();
    let db = Database::open(url).await.expect("a database");
    db.migrate().await.expect("tables");
    let begun = Instant::now();
    let rows = import::parse(&text, Format::Json, Currency::Usd).expect("no faults");
    assert!(catalogue::replace(&db, &rows, Currency::Usd).await.expect("imported"), "it is another catalogue");
    begun.elapsed().as_secs_f64()
}

/// A product as a file has it. Some of its words are in many products, others in few, as in any language. Of each ten products, two
/// are variants of the one before them.
fn product(number: usize) -> Value {
    let mut dice = Dice::of(number);
    let (place, slug) = (number % GROUP, |number: usize| CARTS.get(number).map_or(format!("product-{number}"), |slug| (*slug).to_owned()));
    let main = number.min(number - place + GROUP - VARIANTS - 1);
    let mut product = json!({
        "slug": slug(number),
        "name": format!("{} {main}", dice.text(2)),
        "category": format!("Shelf {}", number / GROUP % SHELVES),
        "price": format!("{}.{:02}", 1 + dice.below(DEAREST), dice.below(100)),
        "stock": if dice.below(10) == 0 { 0 } else { 150 },
        "summary": dice.text(8),
        "description": dice.text(25),
        "picture": "/pictures/laptop.svg",
    });
    if main < number {
        product["variant_of"] = json!(slug(main));
    }
    if place + VARIANTS + 1 >= GROUP {
        product["name"] = json!(format!("Item {main}"));
        product["options"] = json!(format!("Size: {place}"));
    }
    product
}

/// A kind of searches: its name, and what makes an address of the next one.
type Kind = (&'static str, fn(&mut Dice) -> String);

/// Each kind of searches, as addresses.
fn searches() -> Vec<(&'static str, Vec<String>)> {
    let mut dice = Dice::of(usize::MAX);
    let kinds: [Kind; 8] = [
        ("a word", |dice| format!("/?q={}", dice.word())),
        ("a beginning", |dice| format!("/?q={}", dice.beginning())),
        ("two words", |dice| format!("/?q={}+{}", dice.word(), dice.word())),
        ("a typing error", |dice| format!("/?q={}", dice.error())),
        ("a word, by price", |dice| format!("/?q={}&sort=price", dice.word())),
        ("a word, of some prices, in stock", |dice| format!("/?q={}&{}&available=1", dice.word(), dice.prices())),
        ("of some prices, in stock", |dice| format!("/?{}&available=1", dice.prices())),
        ("suggestions for a beginning", |dice| format!("/api/suggest?q={}", dice.beginning())),
    ];
    kinds.map(|(what, path)| (what, different(|| path(&mut dice)))).into()
}

/// That many different ones.
fn different(mut next: impl FnMut() -> String) -> Vec<String> {
    let (mut known, mut all) = (HashSet::new(), Vec::new());
    while all.len() < SEARCHES {
        let one = next();
        if known.insert(one.clone()) {
            all.push(one);
        }
    }
    all
}

/// Numbers without order, the same in every run (Vigna's `SplitMix64`).
struct Dice(u64);

impl Dice {
    fn of(seed: usize) -> Self {
        Self(u64::try_from(seed).expect("64 bits"))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).expect("64 bits")).expect("below")
    }

    /// A word; the first ones are the most frequent.
    fn word(&mut self) -> String {
        let bound = 1 + self.below(WORDS);
        spelt(self.below(bound))
    }

    fn text(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn beginning(&mut self) -> String {
        let (word, length) = (self.word(), 1 + self.below(4));
        word.chars().take(length).collect()
    }

    /// A word with a letter that is wrong.
    fn error(&mut self) -> String {
        let mut word = self.word();
        let at = self.below(word.len());
        word.replace_range(at..=at, "x");
        word
    }

    fn prices(&mut self) -> String {
        let least = 1 + self.below(DEAREST);
        format!("min={least}&max={}", least + self.below(DEAREST))
    }
}

/// The word of this number, of five to seven letters.
fn spelt(number: usize) -> String {
    const STARTS: [&str; 16] = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "br"];
    const MIDDLES: [&str; 5] = ["a", "e", "i", "o", "u"];
    let (mut rest, mut word) = (number * 7_919 % (80 * 80), String::new());
    for _ in 0..2 {
        word += STARTS[rest % 16];
        word += MIDDLES[rest / 16 % 5];
        rest /= 80;
    }
    word + STARTS[number % 14]
}
