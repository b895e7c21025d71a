//! Where visitors are sent instead of to the page they asked for.

use super::*;
use crate::domain::{money::Currency, product::Product};
use crate::server::search::Words;

/// In a shop of thirty products.
fn sent(path: &str, logged_in: bool) -> Option<String> {
    let product = |number: u32| Product::example(&format!("Thing number {number}"), "Desk");
    let catalogue = {
        let products: Vec<Product> = (0..30).map(product).collect();
        let words = Words::new(&products).expect("words");
        Catalogue::new(products, Currency::Usd, Box::new(words))
    };
    elsewhere(&path.parse().expect("a path"), logged_in, &catalogue)
}

#[test]
fn a_page_beyond_the_end_of_a_list_leads_to_its_last_one() {
    for path in ["/", "/?page=1", "/?page=2", "/?page=x", "/?q=nothing", "/?category=desk&page=2"] {
        assert_eq!(sent(path, false), None, "{path}");
    }
    assert_eq!(sent("/?page=3", false).as_deref(), Some("/?page=2"));
    assert_eq!(sent("/?q=number+2&sort=name&page=9", true).as_deref(), Some("/?q=number+2&sort=name"));
    assert_eq!(sent("/?q=nothing&page=2", false).as_deref(), Some("/?q=nothing"));
    assert_eq!(sent("/?category=no-such&page=4294967295", false).as_deref(), Some("/?category=no-such"));
}

#[test]
fn the_dashboard_asks_guests_to_log_in_and_brings_them_back() {
    assert_eq!(sent("/dashboard", false).as_deref(), Some("/login?next=/dashboard"));
    assert_eq!(sent("/dashboard/x?a=b&c=d", false).as_deref(), Some("/login?next=/dashboard/x%3Fa%3Db%26c%3Dd"));
    assert_eq!(sent("/dashboard", true), None);
    assert_eq!(sent("/dashboards", false), None);
}

#[test]
fn whoever_is_logged_in_needs_no_log_in_page() {
    assert_eq!(sent("/login", true).as_deref(), Some("/dashboard"));
    assert_eq!(sent("/login?next=%2Fcart", true).as_deref(), Some("/cart"));
    assert_eq!(sent("/register?next=%2F%2Fevil.example", true).as_deref(), Some("/dashboard"));
    assert_eq!(sent("/login", false), None);
}
