//! A visitor who changes a cart again and again, and keeps a ledger of the shop's answers.

use super::{
    answer::{Answer, Lines},
    client::{Cut, Visitor},
    dice::Dice,
    ledger::{Change, Ledger},
    report::Tally,
};
use std::net::SocketAddr;

/// What every page says to somebody whose cart is empty.
const EMPTY: &str = "Cart, empty";

/// One session, as its visitor sees it.
pub struct Shopper {
    pub visitor: Visitor,
    ledger: Ledger,
    products: Vec<String>,
    dice: Dice,
}

impl Shopper {
    /// A visitor without a session; the first change that is acknowledged begins one.
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
                tally.check(self.compare(answer, tally, |ledger, cart| ledger.acknowledged(&product, change, cart)));
                tally.expect(self.has_session(), || "a change was acknowledged without a session".to_owned());
            }
            Ok(answer) if answer.is_line_full() => tally.check(self.ledger.refused_as_full(&product, change)),
            // Without the cookie, this visitor cannot use the session, if there is one.
            _ if begins => self.visitor.cookie = None,
            Err(Cut::Unsent) => {}
            _ => self.ledger.unacknowledged(&product, change),
        }
        answer
    }

    /// Reads the cart: if it is shown, everything acknowledged must be in it.
    pub async fn look(&mut self, tally: &Tally) -> Result<Answer, Cut> {
        let answer = self.visitor.data("/api/cart").await;
        if let Ok(answer) = &answer
            && answer.status == 200
        {
            tally.check(self.compare(answer, tally, Ledger::settle));
        }
        answer
    }

    /// The same, but the cart must be shown.
    pub async fn verify(&mut self, tally: &Tally) {
        match self.look(tally).await {
            Ok(answer) if answer.status == 200 => {}
            Ok(answer) => tally.wrong(format!("the cart cannot be read: {answer:?}")),
            Err(cut) => tally.wrong(format!("the cart cannot be read: {cut}")),
        }
    }

    /// Reads the cart's page. It must be there, and must show an empty cart if the ledger is empty.
    pub async fn verify_page(&mut self, tally: &Tally) {
        let page = self.visitor.page("/cart").await;
        let right = |page: &Answer| page.status == 200 && page.says(EMPTY) == self.ledger.is_empty();
        tally.expect(page.as_ref().is_ok_and(right), || format!("not the cart's page but {page:?}"));
    }

    /// Compares a cart with the ledger. If a store may forget, it may also be the cart of a new session.
    fn compare(&mut self, answer: &Answer, tally: &Tally, with: impl Fn(&mut Ledger, &Lines) -> Result<(), String>) -> Result<(), String> {
        let cart = answer.cart()?;
        let mut anew = Ledger::default();
        match with(&mut self.ledger, &cart) {
            Err(_) if with(&mut anew, &cart).is_ok() && tally.forget() => {
                self.ledger = anew;
                Ok(())
            }
            outcome => outcome,
        }
    }
}

/// Slugs of the demonstration's products that are not sold out.
pub fn products() -> Vec<String> {
    let demo: serde_json::Value = serde_json::from_str(satchel::server::catalogue::DEMO).unwrap_or_default();
    let sold = demo.as_array().into_iter().flatten().filter(|product| product["stock"].as_u64() > Some(0));
    sold.filter_map(|product| product["slug"].as_str().map(str::to_owned)).collect()
}
