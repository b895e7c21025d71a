//! What shop keepers do with products: texts, prices, stock, variants; and that every node shows it.

use crate::{
    checkout::Shopper,
    desk::{keeper, lasting, rows},
    support::{Browser, TestApp, browser::Answer},
};
use axum::http::StatusCode;
use satchel::{
    domain::money::Currency,
    server::{
        catalogue::{
            self,
            import::{self, Format},
        },
        db::product,
    },
};
use std::time::{Duration, Instant};

/// A new product, as its form is filled in.
const LAMP: [(&str, &str); 6] = [
    ("name", " Reading lamp "),
    ("category", "Desk"),
    ("price", "12,5"),
    ("options", ""),
    ("summary", "It bends."),
    ("description", "One.\r\nTwo."),
];

/// The hidden value of a form on a page.
pub fn hidden(page: &Answer, form: &str, name: &str) -> String {
    let text = page.text();
    let (_, rest) = text.split_once(&format!("action=\"/api/desk/{form}\"")).expect("the form");
    let form = rest.split_once("</form>").expect("its end").0;
    let (_, rest) = form.split_once(&format!("name=\"{name}\" value=\"")).expect("the field");
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Sends the form with the texts of a product as its page has them, but for these.
async fn change(kim: &mut Browser, product: &str, changes: &[(&str, &str)]) -> Answer {
    let page = kim.visit(&format!("/desk/products/{product}")).await;
    let seen = hidden(&page, "change_product", "seen");
    send_change(kim, product, &seen, changes).await
}

async fn send_change(kim: &mut Browser, product: &str, seen: &str, changes: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("slug", product), ("seen", seen)];
    let usual = LAMP.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend(usual.copied().chain(changes.iter().copied()));
    kim.submit("desk/change_product", &fields).await
}

async fn text(app: &TestApp, column: &str, product: &str) -> String {
    let found = app.database().texts(&format!("select cast({column} as text) from product where slug = '{product}'")).await;
    found.concat()
}

async fn acts(app: &TestApp) -> i64 {
    app.database().number("select count(*) from audit where act <> 'role_granted'").await
}

#[tokio::test]
async fn a_keeper_adds_a_product_and_it_is_sold_when_it_is_ready() {
    let app = TestApp::start().await;
    let (mut kim, mut buyer) = (keeper(&app, "kim").await, app.browser());
    kim.visit("/desk/new-product").await.shows("It is hidden at first");
    let page = kim.submit("desk/add_product", &LAMP).await;
    for shown in [
        "<h1>Reading lamp</h1>",
        "The product was added.",
        "<strong>Hidden</strong>",
        "value=\"12.50\"",
        "There is none yet.",
        ">One.\nTwo.</textarea>",
    ] {
        page.shows(shown);
    }
    for path in ["/products/reading-lamp", "/?q=reading+lamp"] {
        buyer.visit(path).await.hides("It bends.");
    }
    assert_eq!(buyer.call("add_to_cart", &[("product", "reading-lamp"), ("quantity", "1")]).await.refusal(), "unknown_product");
    kim.visit("/desk/products/reading-lamp").await;
    kim.submit("desk/set_stock", &[("product", "reading-lamp"), ("stock", "7"), ("seen", "0")]).await.shows("The stock is set.");
    let page = kim.submit("desk/hide_product", &[("product", "reading-lamp"), ("hidden", "false")]).await;
    page.shows("The product is for sale.");
    page.shows("href=\"/products/reading-lamp\"");
    // This node shows it at once, on pages that were made before, too.
    for path in ["/products/reading-lamp", "/?q=reading+lamp", "/?category=desk&sort=price"] {
        buyer.visit(path).await.shows("Reading lamp");
    }
    let number = buyer.order(&[("reading-lamp", "2")]).await;
    assert_eq!(text(&app, "stock", "reading-lamp").await, "5");
    // An order keeps name and price as they were.
    change(&mut kim, "reading-lamp", &[("name", "Lamp"), ("price", "14"), ("category", "New shelf")])
        .await
        .shows("The product is as you wrote it.");
    buyer.visit("/?category=new-shelf").await.shows("$14.00");
    let order = buyer.visit(&format!("/orders/{number}")).await;
    order.shows("Reading lamp");
    order.shows("$25.00");
    // Every act is in the audit list, with what it changed.
    let audit = rows(&kim.open("/desk/audit").await);
    for (row, told) in audit.iter().zip([
        "kim | Product changed | Name: “Reading lamp” became “Lamp” | Shelf: “Desk” became “New shelf” | Price of one: “12.50” became “14.00” | reading-lamp",
        "kim | Product shown | reading-lamp",
        "kim | Stock set | Stock: “0” became “7” | reading-lamp",
        "kim | Product added | reading-lamp",
    ]) {
        assert!(row.contains(told), "{row}");
    }
    // The list, by what it may be searched for.
    for (query, found) in [
        ("?q=LAMP&which=", vec!["Desk lamp", "Lamp"]),
        ("?q=reading-l", vec!["Lamp"]),
        ("?q=%25", vec![]),
        ("?which=few&q=lamp", vec!["Lamp"]),
        ("?which=hidden", vec![]),
        ("?page=2", vec![]),
    ] {
        let page = kim.open(&format!("/desk/products{query}")).await;
        let names: Vec<String> = rows(&page).iter().map(|row| row.split(" | ").next().unwrap_or_default().to_owned()).collect();
        assert_eq!(names, found, "{query}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_product_is_said_beside_its_field_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    let long = "é".repeat(2_001);
    for (field, value, told) in [
        ("name", "", "Please fill this in."),
        ("name", "a\u{202e}b", "Please write at most 80 characters, on one line."),
        ("category", "!!", "Please write at most 40 characters, on one line."),
        ("price", "1.234,00", "Please write a price such as 12.50, without a mark between thousands."),
        ("price", "-1", "Please write a price such as 12.50, without a mark between thousands."),
        ("options", "blue", "Please write up to three options"),
        ("description", &long, "Please write at most 2,000 characters."),
        ("slug", "Reading Lamp", "Please use small letters from a to z, digits, and single hyphens between them."),
        ("slug", "mug", "Another product has this address."),
        ("name", "机", "Please write this yourself: no address can be made of the name."),
    ] {
        kim.visit("/desk/new-product").await;
        let fields: Vec<_> = LAMP.into_iter().filter(|(name, _)| *name != field).chain([(field, value)]).collect();
        let page = kim.submit("desk/add_product", &fields).await;
        page.shows("role=\"alert\"");
        let marked = if told.contains("address can be made") { "slug" } else { field };
        page.shows(&format!("id=\"{marked}-why\" class=\"refusal\">{told}"));
        assert_eq!(page.text().matches("aria-invalid=\"true\"").count(), 1, "{field} {value}");
        page.shows("It bends.");
        page.shows(&format!(">{}</textarea>", if field == "description" { long.as_str() } else { "One.\r\nTwo." }));
    }
    kim.visit("/desk/products/mug").await;
    for stock in ["-1", "1.5", "1000001", "", "many"] {
        let page = kim.submit("desk/set_stock", &[("product", "mug"), ("stock", stock), ("seen", "40")]).await;
        page.shows("Please enter the stock as a whole number from 0 to 1,000,000.");
        page.shows("aria-invalid=\"true\"");
    }
    for (call, fields) in [
        ("change_product", [&LAMP[..], &[("slug", "none")]].concat()),
        ("set_stock", vec![("product", "none"), ("stock", "1"), ("seen", "1")]),
        ("hide_product", vec![("product", "none"), ("hidden", "true")]),
        ("remove_picture", vec![("product", "none"), ("picture", "/pictures/mug.svg")]),
    ] {
        assert_eq!(kim.call(&format!("desk/{call}"), &fields).await.refusal(), "unknown_product", "{call}");
    }
    assert_eq!(acts(&app).await, 0);
    assert_eq!(app.database().number("select stock_revision from catalogue").await, 0, "nor is anything read again");
}

#[tokio::test]
async fn two_keepers_do_not_undo_each_others_work() {
    let app = TestApp::start().await;
    let (mut kim, mut lee) = (keeper(&app, "kim").await, keeper(&app, "lee").await);
    let seen = hidden(&kim.visit("/desk/products/mug").await, "change_product", "seen");
    lee.visit("/desk/products/mug").await;
    send_change(&mut lee, "mug", &seen, &[("name", "Big mug")]).await.shows("The product is as you wrote it.");
    let page = send_change(&mut kim, "mug", &seen, &[("name", "Small mug")]).await;
    page.shows("This product was changed by somebody else meanwhile.");
    page.shows("value=\"Small mug\"");
    page.shows("Stored now: Big mug");
    assert_eq!(text(&app, "name", "mug").await, "Big mug");
    // With what the page shows now, it is the keeper's choice.
    let seen = hidden(&page, "change_product", "seen");
    send_change(&mut kim, "mug", &seen, &[("name", "Small mug")]).await.shows("The product is as you wrote it.");
    assert_eq!(acts(&app).await, 2);
    // Saved once more as it is, it is no change.
    change(&mut kim, "mug", &[("name", "Small mug")]).await.shows("The product is as you wrote it.");
    assert_eq!(acts(&app).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_comes_in_between_is_not_undone_by_a_stock_that_is_set() {
    let app = TestApp::start().await;
    let (mut kim, mut buyer) = (keeper(&app, "kim").await, app.browser());
    let page = kim.visit("/desk/products/mug").await;
    let seen = hidden(&page, "set_stock", "seen");
    buyer.order(&[("mug", "2")]).await;
    let page = kim.submit("desk/set_stock", &[("product", "mug"), ("stock", "50"), ("seen", &seen)]).await;
    page.shows("The stock changed since you looked at it");
    page.shows("name=\"stock\" type=\"number\"");
    page.shows("value=\"50\"");
    let left: i64 = seen.parse::<i64>().expect("a number") - 2;
    assert_eq!(text(&app, "stock", "mug").await, left.to_string());
    // Texts are another form: an order does not stand in their way.
    change(&mut kim, "mug", &[("name", "Mug")]).await.shows("The product is as you wrote it.");
    assert_eq!(text(&app, "stock", "mug").await, left.to_string());
    // Of many who set it at once from what they saw, one does.
    let left = left.to_string();
    let mut setting = Vec::new();
    for stock in 100..110 {
        let (mut tab, left) = (app.with_cookies_of(&kim), left.clone());
        setting.push(tokio::spawn(async move {
            tab.call("desk/set_stock", &[("product", "mug"), ("stock", &stock.to_string()), ("seen", &left)]).await.status
        }));
    }
    let mut done = 0;
    for one in setting {
        done += u32::from(one.await.expect("answered") == StatusCode::OK);
    }
    assert_eq!(done, 1);
    assert_eq!(app.database().number("select count(*) from audit where act = 'stock_set'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_at_the_desk_is_seen_on_every_node_within_two_seconds() {
    let app = TestApp::start().await;
    let node = app.beside().await;
    let state = node.state.clone();
    let running = tokio::spawn(catalogue::keep_current(state.catalogue_cell(), state.like_tally(), state.db().clone()));
    let (mut kim, mut stranger) = (keeper(&app, "kim").await, node.browser());
    kim.visit("/desk/products/mug").await;
    let seen = async |browser: &mut Browser, shown: &str| {
        let begun = Instant::now();
        while !browser.open("/products/mug").await.text().contains(shown) {
            assert!(begun.elapsed() < Duration::from_secs(2), "{shown}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    stranger.open("/products/mug").await.shows("<h1>Mug</h1>");
    change(&mut kim, "mug", &[("name", "Beaker"), ("price", "1")]).await;
    seen(&mut stranger, "<h1>Beaker</h1>").await;
    kim.submit("desk/set_stock", &[("product", "mug"), ("stock", "0"), ("seen", &text(&app, "stock", "mug").await)]).await;
    seen(&mut stranger, "Sold out").await;
    kim.submit("desk/hide_product", &[("product", "mug"), ("hidden", "true")]).await;
    seen(&mut stranger, "<h1>Nothing here").await;
    running.abort();
}

#[tokio::test]
async fn what_is_hidden_is_gone_from_carts_and_is_not_sold_by_a_node_that_does_not_know_it_yet() {
    let app = TestApp::start().await;
    let node = app.beside().await;
    let mut kim = keeper(&app, "kim").await;
    let mut buyer = node.browser();
    let review = buyer.about_to_order(&[("mug", "1"), ("phone", "1")]).await;
    kim.visit("/desk/products/mug").await;
    kim.submit("desk/hide_product", &[("product", "mug"), ("hidden", "true")]).await.shows("The product is hidden.");
    // The other node still shows it.
    node.browser().open("/products/mug").await.shows("<h1>Mug</h1>");
    let refused = buyer.place(&review, "on_delivery").await;
    assert_eq!(refused.refusal(), "checkout_changed", "{}", refused.text());
    assert_eq!(app.database().number("select count(*) from shop_order").await, 0);
    buyer.visit("/cart").await.shows("no longer sold");
    // The rest can be ordered, and what is shown again is there again.
    let review = buyer.review().await;
    assert_eq!(buyer.place(&review, "on_delivery").await.status, StatusCode::OK);
    kim.visit("/desk/products/mug").await;
    kim.submit("desk/hide_product", &[("product", "mug"), ("hidden", "false")]).await;
    app.browser().open("/products/mug").await.shows("<h1>Mug</h1>");
    // Twice is once.
    kim.submit("desk/hide_product", &[("product", "mug"), ("hidden", "false")]).await.shows("The product is for sale.");
    assert_eq!(acts(&app).await, 2);
}

#[tokio::test]
async fn variants_are_added_and_changed_by_the_rules_of_an_import() {
    let app = TestApp::start().await;
    let (mut kim, mut buyer) = (keeper(&app, "kim").await, app.browser());
    kim.visit("/desk/new-product?variant_of=mug").await.shows("A variant of ");
    for none in ["none", "tote-bag-green-large", "../x"] {
        assert_eq!(kim.open(&format!("/desk/new-product?variant_of={none}")).await.status, StatusCode::NOT_FOUND, "{none}");
    }
    let variant = |slug: &'static str, options: &'static str| {
        let fields: Vec<(&str, &str)> = LAMP.into_iter().filter(|(name, _)| *name != "options").collect();
        [&fields[..], &[("slug", slug), ("options", options), ("variant_of", "mug")]].concat()
    };
    let refused = "All variants of a product name the same options";
    kim.submit("desk/add_product", &variant("mug-red", "Colour: red")).await.shows(refused);
    change(&mut kim, "mug", &[("name", "Mug"), ("options", "Colour:blue")]).await.shows("The product is as you wrote it.");
    kim.visit("/desk/new-product?variant_of=mug").await;
    for wrong in ["", "Size: large", "Colour: blue"] {
        kim.submit("desk/add_product", &variant("mug-red", wrong)).await.shows(refused);
    }
    // An address that is left out says which variant it is.
    let page = kim.submit("desk/add_product", &variant("", "Colour: black")).await;
    page.shows("<h1>Reading lamp, black</h1>");
    assert_eq!(text(&app, "variant_of", "reading-lamp-black").await, "mug");
    kim.visit("/desk/new-product?variant_of=mug").await;
    let page = kim.submit("desk/add_product", &variant("mug-red", "Colour: red")).await;
    page.shows("<h1>Reading lamp, red</h1>");
    page.shows("a variant of");
    page.hides("id=\"category\"");
    kim.submit("desk/hide_product", &[("product", "mug-red"), ("hidden", "false")]).await;
    buyer.visit("/products/mug").await.shows("href=\"/products/mug-red\"");
    // A variant of a variant there is not.
    assert_eq!(
        kim.call("desk/add_product", &[&variant("mug-x", "Colour: x")[..7], &[("variant_of", "mug-red")]].concat()).await.refusal(),
        "unknown_product"
    );
    // The main product cannot lose its options, nor get those of another.
    for options in ["", "Colour: red", "Size: small"] {
        change(&mut kim, "mug", &[("options", options)]).await.shows(refused);
    }
    // All are on one shelf, wherever the main product is.
    change(&mut kim, "mug", &[("options", "Colour: blue"), ("category", "Kitchen")]).await.shows("The product is as you wrote it.");
    assert_eq!(text(&app, "category", "mug-red").await, "Kitchen");
    change(&mut kim, "mug-red", &[("options", "Colour: green"), ("category", "Elsewhere")]).await.shows("<h1>Reading lamp, green</h1>");
    assert_eq!(text(&app, "category", "mug-red").await, "Kitchen");
    // A main product takes its variants with it when it is hidden.
    kim.visit("/desk/products/mug").await;
    kim.submit("desk/hide_product", &[("product", "mug"), ("hidden", "true")]).await;
    assert_eq!(buyer.open("/products/mug-red").await.status, StatusCode::NOT_FOUND);
    kim.open("/desk/products/mug-red").await.shows("Hidden with its main product");
    assert_eq!(buyer.call("add_to_cart", &[("product", "mug-red"), ("quantity", "1")]).await.refusal(), "unknown_product");
}

#[tokio::test]
async fn what_is_exported_is_imported_with_what_is_hidden() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    kim.visit("/desk/products/mug").await;
    kim.submit("desk/hide_product", &[("product", "mug"), ("hidden", "true")]).await;
    let rows = product::all(app.state.db().read().await.expect("a connection").connection()).await.expect("read");
    let file = import::export(&rows, Currency::Usd);
    assert_eq!(file.matches("\"hidden\": \"yes\"").count(), 1);
    let read = import::parse(&file, Format::Json, Currency::Usd).expect("right");
    assert_eq!(read, rows);
    let wrong = import::parse(&file.replace("\"hidden\": \"yes\"", "\"hidden\": \"no\""), Format::Json, Currency::Usd);
    assert!(wrong.expect_err("wrong").iter().any(|fault| fault.field == "hidden"));
    assert!(!catalogue::replace(app.state.db(), &read, Currency::Usd).await.expect("compared"));
    assert_eq!(app.browser().open("/products/mug").await.status, StatusCode::NOT_FOUND);
}

/// A change among many does not read the others again: what is shown after each is what a shop shows that starts now.
#[tokio::test]
async fn after_each_change_a_shop_shows_what_one_shows_that_starts_now() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    kim.visit("/desk/new-product").await;
    kim.submit("desk/add_product", &LAMP).await;
    for (call, fields) in [
        ("hide_product", vec![("product", "reading-lamp"), ("hidden", "false")]),
        ("set_stock", vec![("product", "reading-lamp"), ("stock", "3"), ("seen", "0")]),
        ("hide_product", vec![("product", "tote-bag"), ("hidden", "true")]),
        ("hide_product", vec![("product", "mug"), ("hidden", "true")]),
        ("hide_product", vec![("product", "tote-bag"), ("hidden", "false")]),
        ("hide_product", vec![("product", "mug"), ("hidden", "false")]),
    ] {
        kim.visit("/desk/products/mug").await;
        assert_eq!(kim.call(&format!("desk/{call}"), &fields).await.status, StatusCode::OK, "{fields:?}");
        change(&mut kim, "phone", &[("name", fields[0].1), ("category", "Desk")]).await.shows("The product is as you wrote it.");
        let fresh = app.beside().await;
        for path in [
            "/",
            "/?q=lamp",
            "/?q=tote",
            "/?q=mug",
            "/?q=reading+lamp",
            "/?category=desk&sort=price",
            "/?sort=name",
            "/products/tote-bag-large",
        ] {
            let (here, there) = (app.browser().open(path).await, fresh.browser().open(path).await);
            assert_eq!(lasting(&here), lasting(&there), "{fields:?} {path}");
        }
    }
}
