//! The link in the mail of an order: whoever has it sees that order, without a session or an account.
//!
//! It is the order's number with its signature (HMAC-SHA-256, the shop's key). It works for as long as the order is kept.

use crate::{domain::order::OrderNumber, server::cart_link::LinkKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac;

/// Stands before the signed bytes, so that a signature of this key is never valid for another purpose.
const PURPOSE: &[u8] = b"satchel order\n";

/// The path of an order's page, with its signature.
pub fn address(key: &LinkKey, number: &OrderNumber) -> String {
    format!("{}?link={}", number.path(), sealed(key, number).unwrap_or_default())
}

/// Whether this is the signature of that order. It is compared in constant time.
pub fn opens(key: &LinkKey, number: &OrderNumber, link: &str) -> bool {
    let (Ok(signature), Some(mut signer)) = (URL_SAFE_NO_PAD.decode(link), key.signer(PURPOSE)) else { return false };
    signer.update(number.as_str().as_bytes());
    signer.verify_slice(&signature).is_ok()
}

fn sealed(key: &LinkKey, number: &OrderNumber) -> Option<String> {
    let mut signer = key.signer(PURPOSE)?;
    signer.update(number.as_str().as_bytes());
    Some(URL_SAFE_NO_PAD.encode(signer.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_its_own_order_alone() {
        let (key, one, other) = (LinkKey::random(), OrderNumber::of_bits(1), OrderNumber::of_bits(2));
        let path = address(&key, &one);
        let link = path.strip_prefix(&format!("{}?link=", one.path())).expect("the page of the order");
        assert!(opens(&key, &one, link));
        assert!(!opens(&key, &other, link) && !opens(&LinkKey::random(), &one, link));
        for text in ["", "A", &link[1..], &format!("{link}A"), &link.to_lowercase(), "%"] {
            assert!(!opens(&key, &one, text), "{text}");
        }
    }
}
