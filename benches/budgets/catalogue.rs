//! A catalogue that grows: importing it, the shop page, searches and memory with 24, 10,000 and 100,000 products, on SQLite.
//!
//! Searches are asked for one after the other on one connection, and none twice, so no page was kept from before.

use super::{
    Line,
    dice::Dice,
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
const WORDS: u32 = 5_000;
/// The letters of these words: few, so that many words begin alike.
const LETTERS: &[u8] = b"abdeilmnorst";
/// Of ten products in a row, the last three are one product in three sizes: a main product and its variants.
const GROUP: usize = 10;
/// The place of the main product among the ten.
const MAIN: usize = 7;
/// Shelves.
const SHELVES: usize = 40;
/// The highest price, in dollars.
const DEAREST: u32 = 1_500;
/// What the bench's visitors put in their carts.
const CARTS: [&str; 3] = ["laptop", "phone", "headphones"];

/// The figures of each size.
pub async fn all() -> Vec<Line> {
    let (mut lines, mut shops, mut texts) = (Vec::new(), Vec::new(), Texts::new());
    for size in SIZES {
        progress(&format!("catalogue: {size} products"));
        let database = Scratch::file();
        let seconds = import(&database.url(), size, &mut texts).await;
        lines.push(Line::at_most(&format!("import of {size} products"), seconds, 30.0, "s"));
        let shop = Shop::open(&database.url(), None).await;
        if size > SIZES[0] {
            for (what, paths) in searches(&mut texts) {
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
async fn import(url: &str, size: usize, texts: &mut Texts) -> f64 {
    let text = Value::Array((0..size).map(|number| product(number, texts)).collect()).to_string();
    let db = Database::open(url).await.expect("a database");
    db.migrate().await.expect("tables");
    let begun = Instant::now();
    let rows = import::parse(&text, Format::Json, Currency::Usd).expect("no faults");
    assert!(catalogue::replace(&db, &rows, Currency::Usd).await.expect("imported"), "it is another catalogue");
    begun.elapsed().as_secs_f64()
}

/// A product as a file has it.
fn product(number: usize, texts: &mut Texts) -> Value {
    let slug = |number: usize| CARTS.get(number).map_or(format!("product-{number}"), |slug| (*slug).to_owned());
    let main = number.min(number / GROUP * GROUP + MAIN);
    let mut product = json!({
        "slug": slug(number),
        "name": format!("Item {main}"),
        "category": format!("Shelf {}", number / GROUP % SHELVES),
        "price": format!("{}.{:02}", 1 + texts.dice.below(DEAREST), texts.dice.below(100)),
        "stock": if texts.dice.below(10) == 0 { 0 } else { 150 },
        "summary": texts.text(8),
        "description": texts.text(25),
        "picture": "/pictures/laptop.svg",
    });
    if number % GROUP >= MAIN {
        product["options"] = json!(format!("Size: {}", number % GROUP));
    }
    if number > main {
        product["variant_of"] = json!(slug(main));
    }
    product
}

/// A kind of searches: its name, and what makes an address of the next one.
type Kind = (&'static str, fn(&mut Texts) -> String);

/// Each kind of searches, as addresses.
fn searches(texts: &mut Texts) -> Vec<(&'static str, Vec<String>)> {
    let kinds: [Kind; 8] = [
        ("a word", |texts| format!("/?q={}", texts.word())),
        ("a beginning", |texts| format!("/?q={}", texts.beginning())),
        ("two words", |texts| format!("/?q={}+{}", texts.word(), texts.word())),
        ("a typing error", |texts| format!("/?q={}", texts.error())),
        ("a word, by price", |texts| format!("/?q={}&sort=price", texts.word())),
        ("a word, of some prices, in stock", |texts| format!("/?q={}&{}&available=1", texts.word(), texts.prices())),
        ("of some prices, in stock", |texts| format!("/?{}&available=1", texts.prices())),
        ("suggestions for a beginning", |texts| format!("/api/suggest?q={}", texts.beginning())),
    ];
    kinds.map(|(what, path)| (what, different(|| path(texts)))).into()
}

/// That many different ones.
fn different(mut next: impl FnMut() -> String) -> Vec<String> {
    let mut all = HashSet::new();
    while all.len() < SEARCHES {
        all.insert(next());
    }
    all.into_iter().collect()
}

/// Texts of random words.
struct Texts {
    dice: Dice,
    words: Vec<String>,
}

impl Texts {
    fn new() -> Self {
        let mut dice = Dice::new();
        let mut word = || {
            let length = 4 + dice.below(5);
            dice.word(LETTERS, length)
        };
        let words = (0..WORDS).map(|_| word()).collect();
        Self { dice, words }
    }

    /// A word. As in any language, some are frequent, and most are not.
    fn word(&mut self) -> String {
        let most = usize::try_from(self.dice.below(WORDS)).expect("a number");
        self.dice.pick(&self.words[..=most]).clone()
    }

    fn text(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn beginning(&mut self) -> String {
        let word = self.word();
        let length = usize::try_from(1 + self.dice.below(4)).expect("a number");
        word[..length].to_owned()
    }

    /// A word with a letter that is wrong.
    fn error(&mut self) -> String {
        let mut word = self.word();
        let at = usize::try_from(self.dice.below(4)).expect("a number");
        word.replace_range(at..=at, "x");
        word
    }

    fn prices(&mut self) -> String {
        let least = 1 + self.dice.below(DEAREST);
        format!("min={least}&max={}", least + self.dice.below(DEAREST))
    }
}
