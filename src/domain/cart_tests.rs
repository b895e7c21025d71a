//! The cart's rules as examples, and its arithmetic against a model under random operations.

use super::*;
use crate::domain::timestamp::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(super) fn product(slug: &str) -> Product {
    let price = Price::minor(1_000).expect("in bounds");
    Product { slug: Slug::parse(slug).expect("a slug"), price, stock: 9, ..Product::example("Thing", "Things") }
}

pub(super) fn pieces(pieces: u32) -> Quantity {
    Quantity::new(pieces).expect("a quantity")
}

pub(super) fn held(cart: &Cart) -> Vec<(&str, u32)> {
    cart.lines().iter().map(|line| (line.product.as_str(), line.quantity.get())).collect()
}

#[test]
fn adding_the_same_product_adds_up_in_one_line() {
    let mut cart = Cart::default();
    cart.add(&product("a"), pieces(2)).expect("fits");
    cart.add(&product("b"), pieces(1)).expect("fits");
    cart.add(&product("a"), pieces(3)).expect("fits");
    assert_eq!(held(&cart), [("a", 5), ("b", 1)]);
}

#[test]
fn a_line_never_holds_more_than_ninety_nine_and_a_refusal_changes_nothing() {
    let mut cart = Cart::default();
    cart.add(&product("a"), pieces(98)).expect("fits");
    let before = cart.clone();
    assert_eq!(cart.add(&product("a"), pieces(2)), Err(CartError::LineFull));
    assert_eq!(cart, before);
}

#[test]
fn a_cart_never_holds_more_than_a_hundred_lines() {
    let mut cart = Cart::default();
    for number in 0..100 {
        cart.add(&product(&format!("p{number}")), Quantity::ONE).expect("fits");
    }
    assert_eq!(cart.add(&product("one-more"), Quantity::ONE), Err(CartError::CartFull));
    assert_eq!(cart.set(&product("one-more"), Quantity::ONE), Err(CartError::CartFull));
    cart.add(&product("p7"), Quantity::ONE).expect("an existing line still grows");
}

#[test]
fn what_was_removed_returns_to_its_place() {
    let mut cart = Cart::default();
    for slug in ["a", "b", "c"] {
        cart.add(&product(slug), pieces(2)).expect("fits");
    }
    assert!(cart.remove(&product("b").slug));
    assert!(!cart.remove(&product("b").slug), "removing twice is no error");
    cart.restore(Some(&product("b").slug)).expect("the undo");
    assert_eq!(held(&cart), [("a", 2), ("b", 2), ("c", 2)]);
    assert_eq!(cart.restore(Some(&product("b").slug)), Err(CartError::NothingToRestore));
}

#[test]
fn clearing_can_be_undone_as_a_whole_even_after_adding_again() {
    let mut cart = Cart::default();
    cart.add(&product("a"), pieces(60)).expect("fits");
    cart.add(&product("b"), pieces(1)).expect("fits");
    assert!(cart.clear());
    assert!(!cart.clear(), "an empty cart has nothing to clear");
    cart.add(&product("a"), pieces(60)).expect("fits");
    cart.restore(None).expect("the undo");
    assert_eq!(held(&cart), [("a", 99), ("b", 1)]);
}

#[test]
fn a_restore_that_does_not_fit_changes_nothing() {
    let mut cart = Cart::default();
    cart.add(&product("gone"), pieces(1)).expect("fits");
    cart.remove(&product("gone").slug);
    for number in 0..100 {
        cart.add(&product(&format!("p{number}")), Quantity::ONE).expect("fits");
    }
    let before = cart.clone();
    assert_eq!(cart.restore(None), Err(CartError::CartFull));
    assert_eq!(cart, before);
}

#[test]
fn a_cart_that_is_taken_in_says_what_did_not_fit() {
    let (mut cart, mut other) = (Cart::default(), Cart::default());
    cart.add(&product("a"), pieces(60)).expect("fits");
    other.add(&product("a"), pieces(50)).expect("fits");
    other.add(&product("b"), pieces(99)).expect("fits");
    assert_eq!(cart.absorb(other), Ok(11));
    assert_eq!((held(&cart), cart.pieces()), (vec![("a", 99), ("b", 99)], 198));
    let mut full = Cart::default();
    for number in 0..99 {
        full.add(&product(&format!("p{number}")), Quantity::ONE).expect("fits");
    }
    let before = full.clone();
    assert_eq!(full.absorb(cart), Err(CartError::CartFull));
    assert_eq!(full, before);
}

#[test]
fn what_can_be_brought_back_is_told() {
    let mut cart = Cart::default();
    cart.add(&product("a"), pieces(1)).expect("fits");
    cart.add(&product("b"), pieces(1)).expect("fits");
    assert_eq!(cart.restorable().count(), 0);
    cart.remove(&product("b").slug);
    assert_eq!(cart.restorable().map(Slug::as_str).collect::<Vec<_>>(), ["b"]);
    cart.clear();
    assert_eq!(cart.restorable().map(Slug::as_str).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn a_stored_cart_is_read_back_and_missing_parts_are_empty() {
    let mut cart = Cart::default();
    cart.add(&product("a"), pieces(2)).expect("fits");
    cart.remove(&product("a").slug);
    let text = serde_json::to_string(&cart).expect("serialises");
    assert_eq!(serde_json::from_str::<Cart>(&text).expect("reads"), cart);
    assert_eq!(serde_json::from_str::<Cart>("{}").expect("reads"), Cart::default());
    assert_eq!(Timestamp::default().get(), 0);
}

#[derive(Clone, Debug)]
enum Step {
    Add(u8, u32),
    Set(u8, u32),
    Remove(u8),
    Clear,
    Restore(Option<u8>),
    Keep(u8),
    Move(u8),
    RemoveLater(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u8..6, 1_u32..=99).prop_map(|(product, count)| Step::Add(product, count)),
        2 => (0_u8..6, 1_u32..=99).prop_map(|(product, count)| Step::Set(product, count)),
        2 => (0_u8..6).prop_map(Step::Remove),
        1 => Just(Step::Clear),
        2 => proptest::option::of(0_u8..6).prop_map(Step::Restore),
        2 => (0_u8..6).prop_map(Step::Keep),
        2 => (0_u8..6).prop_map(Step::Move),
        1 => (0_u8..6).prop_map(Step::RemoveLater),
    ]
}

proptest! {
    /// A map from product to pieces, written as naively as possible, always agrees with the cart.
    #[test]
    fn the_cart_agrees_with_a_naive_model(steps in proptest::collection::vec(step(), 0..60)) {
        let mut cart = Cart::default();
        let mut model: BTreeMap<u8, u32> = BTreeMap::new();
        let mut later: BTreeMap<u8, u32> = BTreeMap::new();
        let mut removed: BTreeMap<u8, (u32, bool)> = BTreeMap::new();
        let item = |number: u8| product(&format!("p{number}"));
        for step in steps {
            match step {
                Step::Add(number, count) => {
                    let sum = model.get(&number).copied().unwrap_or(0) + count;
                    let outcome = cart.add(&item(number), pieces(count));
                    if sum <= 99 {
                        prop_assert_eq!(outcome, Ok(()));
                        model.insert(number, sum);
                    } else {
                        prop_assert_eq!(outcome, Err(CartError::LineFull));
                    }
                }
                Step::Set(number, count) => {
                    prop_assert_eq!(cart.set(&item(number), pieces(count)), Ok(()));
                    model.insert(number, count);
                }
                Step::Remove(number) => {
                    let taken = model.remove(&number);
                    prop_assert_eq!(cart.remove(&item(number).slug), taken.is_some());
                    if let Some(count) = taken {
                        removed = BTreeMap::from([(number, (count, false))]);
                    }
                }
                Step::Clear => {
                    prop_assert_eq!(cart.clear(), !model.is_empty());
                    if !model.is_empty() {
                        removed = std::mem::take(&mut model).into_iter().map(|(number, count)| (number, (count, false))).collect();
                    }
                }
                Step::Restore(number) => {
                    let back: Vec<_> = removed.iter().filter(|(key, _)| number.is_none_or(|n| n == **key)).map(|(k, v)| (*k, *v)).collect();
                    let slug = number.map(|number| item(number).slug);
                    prop_assert_eq!(cart.restore(slug.as_ref()).is_ok(), !back.is_empty());
                    for (key, (count, is_later)) in back {
                        removed.remove(&key);
                        let side = if is_later { &mut later } else { &mut model };
                        let sum = side.get(&key).copied().unwrap_or(0) + count;
                        side.insert(key, sum.min(99));
                    }
                }
                Step::Keep(number) | Step::Move(number) => {
                    let is_kept = matches!(step, Step::Keep(_));
                    let (from, to) = if is_kept { (&mut model, &mut later) } else { (&mut later, &mut model) };
                    let full = if is_kept { CartError::LaterFull } else { CartError::LineFull };
                    let slug = item(number).slug;
                    let outcome = if is_kept { cart.keep_for_later(&slug) } else { cart.move_to_cart(&slug) };
                    let sum = from.get(&number).map(|count| count + to.get(&number).copied().unwrap_or(0));
                    match sum {
                        None => prop_assert_eq!(outcome, Ok(false)),
                        Some(sum) if sum > 99 => prop_assert_eq!(outcome, Err(full)),
                        Some(sum) => {
                            prop_assert_eq!(outcome, Ok(true));
                            from.remove(&number);
                            to.insert(number, sum);
                        }
                    }
                }
                Step::RemoveLater(number) => {
                    let taken = later.remove(&number);
                    prop_assert_eq!(cart.remove_from_later(&item(number).slug), taken.is_some());
                    if let Some(count) = taken {
                        removed = BTreeMap::from([(number, (count, true))]);
                    }
                }
            }
            for (lines, model) in [(cart.lines(), &model), (cart.later(), &later)] {
                let held: BTreeMap<String, u32> = lines.iter().map(|line| (line.product.to_string(), line.quantity.get())).collect();
                let expected: BTreeMap<String, u32> = model.iter().map(|(number, count)| (format!("p{number}"), *count)).collect();
                prop_assert_eq!(held, expected);
                prop_assert_eq!(lines.len(), model.len(), "no product stands in two lines");
            }
            prop_assert_eq!(cart.can_restore(), !removed.is_empty());
        }
    }
}
