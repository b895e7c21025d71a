//! The link by which a cart is shared. It contains products, quantities and an expiry, signed by the shop.
//!
//! It is no secret and no login. The signature only proves that this shop made the link, so nobody can make the shop show a cart
//! that it never had. The server stores nothing about a link: everything is in the link itself.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version of this format |
//! | 8 | until when it works, in seconds since 1970 |
//! | 9 for each line | the number of the product's slug (8), and the quantity (1) |
//! | 32 | HMAC-SHA-256 of all bytes before it, with the shop's key |

use crate::{
    domain::{
        cart::Cart,
        quantity::Quantity,
        shared_cart::{CartLink, DAYS, PAGE, SharedCart, SharedLine, SharedPage, SlugNumber},
        timestamp::Timestamp,
    },
    server::{
        db::{Database, shop},
        error::ServerError,
        token::Token,
    },
};
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const VERSION: u8 = 1;
/// Bytes of version and expiry.
const HEAD: usize = 9;
/// Bytes of a line.
const LINE: usize = 9;
/// Bytes of the signature.
const SIGNATURE: usize = 32;
/// Stands before the signed bytes, so that a signature of this key can never be valid for another purpose.
const PURPOSE: &[u8] = b"satchel shared cart\n";

/// The longest text of a link that is read: that of a cart with [`Cart::MAX_LINES`] lines.
pub const MAX_LENGTH: usize = (HEAD + Cart::MAX_LINES * LINE + SIGNATURE).div_ceil(3) * 4;

/// Why a link does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// This shop did not make it, or it was changed.
    Broken,
    /// This shop made it, and it has expired.
    Expired,
}

/// The key with which the shop signs its links. It is never printed.
#[derive(Clone, Debug)]
pub struct LinkKey(Token);

impl LinkKey {
    /// A key that no other shop has.
    pub fn random() -> Self {
        Self(Token::random())
    }

    /// The shop's key. The first node that needs it makes it, and all nodes share it.
    pub async fn of_shop(db: &Database) -> Result<Self, ServerError> {
        if let Some(key) = Self::stored(db).await? {
            return Ok(key);
        }
        // If several nodes start at once, the key of the first one stays.
        shop::insert_link_key(db.write().await?.connection(), Token::random().expose()).await?;
        Self::stored(db).await?.ok_or(ServerError::Layer("link key"))
    }

    async fn stored(db: &Database) -> Result<Option<Self>, ServerError> {
        let text = shop::link_key(db.read().await?.connection()).await?;
        Ok(text.as_deref().and_then(Token::parse).map(Self))
    }

    /// What signs for one purpose: a signature for it is never valid for another.
    pub(super) fn signer(&self, purpose: &[u8]) -> Option<Hmac<Sha256>> {
        let mut signer = Hmac::<Sha256>::new_from_slice(self.0.expose().as_bytes()).ok()?;
        signer.update(purpose);
        Some(signer)
    }
}

/// The link to a cart, for its owner; nothing if the cart is empty.
pub fn make(key: &LinkKey, base_url: &str, cart: &Cart, now: Timestamp) -> Option<CartLink> {
    let shared = SharedCart::of(cart, now.plus(DAYS * 86_400));
    let text = if shared.lines.is_empty() { None } else { seal(key, &shared) }?;
    Some(CartLink { link: format!("{base_url}{PAGE}?link={text}"), until: shared.until })
}

/// The text of a link.
pub fn seal(key: &LinkKey, shared: &SharedCart) -> Option<String> {
    let mut bytes = vec![VERSION];
    bytes.extend(shared.until.get().to_be_bytes());
    for SharedLine { product, quantity } in &shared.lines {
        bytes.extend(product.0.to_be_bytes());
        bytes.push(u8::try_from(quantity.get()).ok()?);
    }
    let mut signer = key.signer(PURPOSE)?;
    signer.update(&bytes);
    bytes.extend(signer.finalize().into_bytes());
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// Reads the text of a link. The signature is checked first, in constant time.
pub fn open(key: &LinkKey, text: &str, now: Timestamp) -> Result<SharedCart, LinkError> {
    let shared = read(key, text).ok_or(LinkError::Broken)?;
    if now < shared.until { Ok(shared) } else { Err(LinkError::Expired) }
}

fn read(key: &LinkKey, text: &str) -> Option<SharedCart> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (content, signature) = bytes.split_last_chunk::<SIGNATURE>()?;
    let mut signer = key.signer(PURPOSE)?;
    signer.update(content);
    signer.verify_slice(signature).ok()?;
    let (version, rest) = content.split_first()?;
    let (until, lines) = rest.split_first_chunk::<8>()?;
    let (lines, rest) = lines.as_chunks::<LINE>();
    if *version != VERSION || !rest.is_empty() || lines.len() > Cart::MAX_LINES {
        return None;
    }
    let line = |[product @ .., quantity]: &[u8; LINE]| {
        let product = SlugNumber(u64::from_be_bytes(*product));
        Some(SharedLine { product, quantity: Quantity::new(u32::from(*quantity)).ok()? })
    };
    let lines = lines.iter().map(line).collect::<Option<Vec<_>>>()?;
    Some(SharedCart { lines, until: Timestamp::seconds(i64::from_be_bytes(*until)) })
}

/// The status of the page that a link leads to.
pub const fn status(page: &SharedPage) -> StatusCode {
    match page {
        SharedPage::Offer { .. } => StatusCode::OK,
        SharedPage::Expired => StatusCode::GONE,
        SharedPage::Broken => StatusCode::NOT_FOUND,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::seconds(1_000_000);

    fn carts() -> impl Strategy<Value = SharedCart> {
        let line = (any::<u64>(), 1_u32..=99)
            .prop_map(|(number, pieces)| SharedLine { product: SlugNumber(number), quantity: Quantity::new(pieces).expect("a quantity") });
        let until = (NOW.get() + 1)..i64::MAX;
        (proptest::collection::vec(line, 0..=Cart::MAX_LINES), until)
            .prop_map(|(lines, until)| SharedCart { lines, until: Timestamp::seconds(until) })
    }

    proptest! {
        #[test]
        fn a_link_leads_back_to_the_lines_it_was_made_of(shared in carts()) {
            let key = LinkKey::random();
            let text = seal(&key, &shared).expect("a link");
            prop_assert!(text.len() <= MAX_LENGTH);
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "it needs no escape in an address");
            prop_assert_eq!(open(&key, &text, NOW), Ok(shared.clone()));
            prop_assert_eq!(open(&key, &text, shared.until), Err(LinkError::Expired));
            prop_assert_eq!(open(&LinkKey::random(), &text, NOW), Err(LinkError::Broken), "another shop's");
        }

        #[test]
        fn a_link_with_any_bit_flipped_or_cut_anywhere_is_refused(shared in carts(), at in any::<prop::sample::Index>(), bit in 0_u32..8) {
            let key = LinkKey::random();
            let text = seal(&key, &shared).expect("a link");
            let mut bytes = text.clone().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            // An address may also contain characters that base64 does not use.
            prop_assert_eq!(open(&key, &String::from_utf8_lossy(&bytes), NOW), Err(LinkError::Broken));
            prop_assert_eq!(open(&key, &text[..at], NOW), Err(LinkError::Broken));
            let mut raw = URL_SAFE_NO_PAD.decode(&text).expect("our own");
            let at = at % raw.len();
            raw[at] ^= 1_u8 << bit;
            prop_assert_eq!(open(&key, &URL_SAFE_NO_PAD.encode(raw), NOW), Err(LinkError::Broken));
        }

        #[test]
        fn whatever_text_comes_it_is_refused_and_nothing_panics(text in ".{0,2000}", bytes in proptest::collection::vec(any::<u8>(), 0..1_200)) {
            let key = LinkKey::random();
            prop_assert_eq!(open(&key, &text, NOW), Err(LinkError::Broken));
            prop_assert_eq!(open(&key, &URL_SAFE_NO_PAD.encode(bytes), NOW), Err(LinkError::Broken));
        }
    }

    #[test]
    fn every_bit_of_one_link_counts_and_the_longest_one_is_short() {
        let key = LinkKey::random();
        let line = SharedLine { product: SlugNumber(u64::MAX), quantity: Quantity::MAX };
        let text = seal(&key, &SharedCart { lines: vec![line], until: NOW.plus(1) }).expect("a link");
        for at in 0..text.len() * 8 {
            let mut bytes = text.clone().into_bytes();
            bytes[at / 8] ^= 1_u8 << (at % 8);
            assert_eq!(open(&key, &String::from_utf8_lossy(&bytes), NOW), Err(LinkError::Broken), "bit {at}");
        }
        let longest = seal(&key, &SharedCart { lines: vec![line; Cart::MAX_LINES], until: NOW }).expect("a link");
        assert_eq!((longest.len(), MAX_LENGTH), (1_255, 1_256));
        assert_eq!(format!("{key:?}"), "LinkKey([redacted])");
    }

    #[test]
    fn what_the_shop_never_signs_is_refused_even_when_it_is_signed() {
        let key = LinkKey::random();
        let signed = |bytes: &[u8]| {
            let mut signer = key.signer(PURPOSE).expect("a key");
            signer.update(bytes);
            URL_SAFE_NO_PAD.encode([bytes, &signer.finalize().into_bytes()].concat())
        };
        let head = [&[VERSION][..], &NOW.plus(1).get().to_be_bytes()].concat();
        assert_eq!(open(&key, &signed(&head), NOW).map(|shared| shared.lines.len()), Ok(0));
        let with = |more: &[u8]| signed(&[&head, more].concat());
        for (text, what) in [
            (with(&[0; LINE]), "no pieces"),
            (with(&[100; LINE]), "too many pieces"),
            (with(&[1; LINE - 1]), "a part of a line"),
            (with(&[1; LINE * 101]), "too many lines"),
            (signed(&[&[VERSION + 1], &head[1..]].concat()), "a later form"),
            (signed(&[]), "nothing"),
        ] {
            assert_eq!(open(&key, &text, NOW), Err(LinkError::Broken), "{what}");
        }
    }
}
