//! A visitor who changes a cart again and again and keeps a ledger of what the shop said.

use super::{
    answer::Answer,
    client::{Cut, Visitor},
    dice::Dice,
    ledger::{Change, Ledger},
    report::Tally,
};
use std::net::SocketAddr;

/// One session, as seen by the one who uses it.
pub struct Shopper {
    pub visitor: Visitor,
    ledger: Ledger,
    products: Vec<String>,
    dice: Dice,
}

impl Shopper {
    /// Somebody without a session; the first change that is acknowledged begins one.
    pub fn new(address: SocketAddr) -> Self {
        Self { visitor: Visitor::new(address), ledger: Ledger::default(), products: products(), dice: Dice::new() }
    }

    /// Whether the shop has given a cookie.
    pub fn has_session(&self) -> bool {
        self.visitor.cookie.is_some()
    }

    /// Makes one change, mostly an add, and checks the answered cart against the ledger.
    pub async fn change(&mut self, tally: &Tally) -> Result<Answer, Cut> {
        let product = self.dice.pick(&self.products).clone();
        let begins = !self.has_session();
        let change = if begins || self.dice.below(10) < 7 { Change::Add(1 + self.dice.below(3)) } else { Change::Set(self.dice.below(20)) };
        let (path, quantity) = match change {
            Change::Add(more) => ("/api/add_to_cart", more),
            Change::Set(pieces) => ("/api/set_quantity", pieces),
        };
        let answer = self.visitor.call(path, &format!("product={product}&quantity={quantity}")).await;
        match &answer {
            Ok(answer) if answer.status == 200 => {
                let settled = answer.cart().and_then(|cart| self.ledger.acknowledged(&product, change, &cart));
                tally.check(settled);
                tally.expect(self.has_session(), || "a change was acknowledged without a session".to_owned());
            }
            Ok(answer) if answer.is_line_full() => tally.check(self.ledger.refused_as_full(&product, change)),
            // Without a cookie nobody ever finds the session again, if there is one.
            _ if begins => self.visitor.cookie = None,
            Err(Cut::Unsent) => {}
            _ => self.ledger.unacknowledged(&product, change),
        }
        answer
    }

    /// Reads the cart: everything acknowledged must be there.
    pub async fn verify(&mut self, tally: &Tally) {
        let cart = match self.visitor.data("/api/cart").await {
            Ok(answer) => answer.cart(),
            Err(cut) => Err(format!("the cart cannot be read: {cut}")),
        };
        tally.check(cart.and_then(|cart| self.ledger.settle(&cart)));
    }
}

/// Slugs of the demonstration's products that are not sold out.
pub fn products() -> Vec<String> {
    let demo: serde_json::Value = serde_json::from_str(satchel::server::catalogue::DEMO).unwrap_or_default();
    let sold = demo.as_array().into_iter().flatten().filter(|product| product["stock"].as_u64() > Some(0));
    sold.filter_map(|product| product["slug"].as_str().map(str::to_owned)).collect()
}
