//! What an open tab knows about its session: a short number for each part, which changes when the part changes.
//!
//! The numbers do not reveal what is in a part. The server computes them from the stored session, and a tab from what it shows,
//! with the same functions. So a tab sees whether it is out of date, and fetches only then. It already knows its own changes.

use crate::{
    domain::{preferences::Theme, product::Slug, quantity::Quantity, timestamp::Timestamp},
    words::Language,
};
use std::fmt;

/// The most parts that are read from one text.
const MOST: usize = 16;

/// Parts by their names, each with the number of what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(Vec<(String, u32)>);

impl Parts {
    /// The part that says who is logged in; its number is [`Parts::NOBODY`] for a guest.
    pub const LOGIN: &str = "login";
    /// The number of no login.
    pub const NOBODY: u32 = 0;
    /// The part of the products to buy.
    pub const CART: &str = "cart";
    /// The part of the liked products.
    pub const LIKES: &str = "likes";
    /// The part of the preferences.
    pub const PREFERENCES: &str = "preferences";
    /// The number of visits itself.
    pub const VISITS: &str = "visits";
    /// The part that all logins of an account share: the list of logins, and the security events. It is not stored in the session,
    /// and guests do not have it.
    pub const ACCOUNT: &str = "account";

    /// Reads the text that [`fmt::Display`] writes, a query like `cart=1f&likes=2`. Anything else in it is ignored.
    pub fn parse(text: &str) -> Self {
        let part = |part: &str| {
            let (name, number) = part.split_once('=')?;
            let is_name = (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            is_name.then(|| Some((name.to_owned(), u32::from_str_radix(number, 16).ok()?))).flatten()
        };
        Self(text.split('&').filter_map(part).take(MOST).collect())
    }

    /// The number of a part, if it is known.
    pub fn get(&self, name: &str) -> Option<u32> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
    }

    /// The same with this part.
    #[must_use]
    pub fn with(mut self, name: &str, number: u32) -> Self {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = number,
            None => self.0.push((name.to_owned(), number)),
        }
        self
    }

    /// Every part with its number.
    pub fn names(&self) -> impl Iterator<Item = (&str, u32)> {
        self.0.iter().map(|(name, number)| (name.as_str(), *number))
    }

    /// Which parts that are known here have another number there.
    pub fn changed<'p>(&self, there: &'p Self) -> impl Iterator<Item = &'p str> {
        there.0.iter().filter(|(name, number)| self.get(name).is_some_and(|known| known != *number)).map(|(name, _)| name.as_str())
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, number)) in self.0.iter().enumerate() {
            let between = if at == 0 { "" } else { "&" };
            write!(formatter, "{between}{name}={number:x}")?;
        }
        Ok(())
    }
}

/// The number of these bytes. It is never [`Parts::NOBODY`].
///
/// FNV-1a takes few bytes of code. It is not secure, but an attacker gains nothing from two carts with the same number.
pub fn number_of(bytes: impl IntoIterator<Item = u8>) -> u32 {
    let hash = bytes.into_iter().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash.max(1)
}

/// The number of a login.
pub fn number_of_login(username: &str, at: Timestamp) -> u32 {
    number_of(username.bytes().chain([0]).chain(at.get().to_le_bytes()))
}

/// The number of a cart with these lines, and with these that are kept for later.
pub fn number_of_cart<'l>(lines: impl Iterator<Item = (&'l Slug, Quantity)>, later: impl Iterator<Item = (&'l Slug, Quantity)>) -> u32 {
    fn written((product, quantity): (&Slug, Quantity)) -> impl Iterator<Item = u8> {
        text(product).chain(quantity.get().to_le_bytes())
    }
    // No line begins with a zero byte.
    number_of(lines.flat_map(written).chain([0]).chain(later.flat_map(written)))
}

/// The number of these likes.
pub fn number_of_likes(likes: &[Slug]) -> u32 {
    number_of(likes.iter().flat_map(text))
}

/// The number of this theme and of the language that was chosen, if one was.
pub fn number_of_look(theme: Theme, language: Option<Language>) -> u32 {
    number_of(theme.as_str().bytes().chain(language.map_or("", Language::as_str).bytes()))
}

/// A slug has no zero byte, so two different lists never give the same bytes.
fn text(slug: &Slug) -> impl Iterator<Item = u8> {
    slug.as_str().bytes().chain([0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(text: &str) -> Slug {
        Slug::parse(text).expect("a slug")
    }

    #[test]
    fn parts_are_read_as_they_are_written_and_anything_else_is_left_out() {
        let parts = Parts::default().with("cart", 0x1f).with("likes", 2).with("cart", u32::MAX);
        assert_eq!(parts.to_string(), "cart=ffffffff&likes=2");
        assert_eq!(Parts::parse(&parts.to_string()), parts);
        for text in ["", "cart", "cart=", "=1", "cart=x", "cart=-1", "cart=100000000", "Cart=1", "a b=1", &format!("{}=1", "a".repeat(33))]
        {
            assert_eq!(Parts::parse(text), Parts::default(), "{text:?}");
        }
        let many: Vec<String> = (b'a'..=b'z').map(|name| format!("{}=1", char::from(name))).collect();
        assert_eq!(Parts::parse(&many.join("&")).0.len(), MOST);
    }

    #[test]
    fn only_what_is_known_can_be_behind() {
        let known = Parts::parse("cart=1&likes=2&gone=3");
        let there = Parts::parse("cart=1&likes=5&messages=7");
        assert_eq!(known.changed(&there).collect::<Vec<_>>(), ["likes"]);
    }

    #[test]
    fn a_number_is_anothers_for_another_order_another_quantity_and_another_border() {
        type Lines<'l> = &'l [(&'l Slug, Quantity)];
        let (a, b, one, two) = (slug("a"), slug("b"), Quantity::ONE, Quantity::parse("2").expect("two"));
        let carts: [[Lines<'_>; 2]; 7] = [
            [&[], &[]],
            [&[(&a, one)], &[]],
            [&[(&a, two)], &[]],
            [&[(&a, one), (&b, one)], &[]],
            [&[(&b, one), (&a, one)], &[]],
            [&[], &[(&a, one)]],
            [&[(&a, one)], &[(&b, one)]],
        ];
        let numbers: Vec<u32> = carts.iter().map(|[lines, later]| number_of_cart(lines.iter().copied(), later.iter().copied())).collect();
        for (at, number) in numbers.iter().enumerate() {
            assert!(*number != Parts::NOBODY && !numbers[..at].contains(number), "{numbers:x?}");
        }
        assert_ne!(number_of_likes(&[slug("ab"), slug("c")]), number_of_likes(&[slug("a"), slug("bc")]));
        // FNV-1a of "a", as its authors publish it.
        assert_eq!(number_of(*b"a"), 0xe40c_292c);
    }
}
