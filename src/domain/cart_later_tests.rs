//! Examples of lines that are kept for later. `cart_tests.rs` compares cart and later lines with a model.

use crate::domain::{
    cart::{
        Cart, CartError,
        tests::{held, pieces, product},
    },
    quantity::Quantity,
};

fn later(cart: &Cart) -> Vec<(&str, u32)> {
    cart.later().iter().map(|line| (line.product.as_str(), line.quantity.get())).collect()
}

#[test]
fn a_line_that_is_kept_for_later_is_not_counted_and_joins_what_is_there_when_it_is_back() {
    let mut cart = Cart::default();
    for slug in ["a", "b"] {
        cart.add(&product(slug), pieces(2)).expect("fits");
    }
    let (a, b) = (product("a").slug, product("b").slug);
    assert_eq!((cart.keep_for_later(&a), cart.keep_for_later(&a)), (Ok(true), Ok(false)), "a double click");
    assert_eq!((held(&cart), later(&cart), cart.pieces(), cart.pieces_with_later()), (vec![("b", 2)], vec![("a", 2)], 2, 4));
    cart.add(&product("a"), pieces(3)).expect("fits");
    assert_eq!((cart.move_to_cart(&a), cart.move_to_cart(&a)), (Ok(true), Ok(false)));
    assert_eq!((held(&cart), later(&cart)), (vec![("b", 2), ("a", 5)], vec![]));
    cart.keep_for_later(&b).expect("fits");
    cart.keep_for_later(&a).expect("fits");
    assert!(cart.remove_from_later(&b) && !cart.remove_from_later(&b));
    cart.restore(None).expect("the undo");
    assert_eq!(later(&cart), [("b", 2), ("a", 5)], "to its place, and not into the cart");
    cart.forget_later();
    assert_eq!((later(&cart), held(&cart)), (vec![], vec![]));
}

#[test]
fn what_does_not_fit_stays_where_it_is_whichever_way_it_goes() {
    let mut cart = Cart::default();
    let a = product("a").slug;
    cart.add(&product("a"), pieces(60)).expect("fits");
    cart.keep_for_later(&a).expect("fits");
    cart.add(&product("a"), pieces(60)).expect("fits");
    let before = cart.clone();
    assert_eq!((cart.keep_for_later(&a), cart.move_to_cart(&a)), (Err(CartError::LaterFull), Err(CartError::LineFull)));
    assert_eq!(cart, before);
    for number in 0..99 {
        cart.add(&product(&format!("p{number}")), Quantity::ONE).expect("fits");
    }
    cart.remove(&a);
    cart.add(&product("p99"), Quantity::ONE).expect("fits");
    let before = cart.clone();
    assert_eq!(cart.move_to_cart(&a), Err(CartError::CartFull));
    assert_eq!(cart, before);
    for number in 0..99 {
        assert_eq!(cart.keep_for_later(&product(&format!("p{number}")).slug), Ok(true));
    }
    let before = cart.clone();
    assert_eq!(cart.keep_for_later(&product("p99").slug), Err(CartError::LaterFull), "a hundred are kept already");
    assert_eq!(cart, before);
}

#[test]
fn what_another_cart_keeps_for_later_comes_along() {
    let (mut cart, mut other) = (Cart::default(), Cart::default());
    for (cart, count) in [(&mut cart, 60), (&mut other, 50)] {
        cart.add(&product("a"), pieces(count)).expect("fits");
        cart.keep_for_later(&product("a").slug).expect("fits");
    }
    assert_eq!(cart.absorb(other), Ok(11));
    assert_eq!((held(&cart), later(&cart)), (vec![], vec![("a", 99)]));
}
