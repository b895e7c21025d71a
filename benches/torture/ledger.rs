//! What may be in a visitor's cart, given the shop's answer to each change.
//!
//! A change that was acknowledged must be there. A change that was refused because of a fault, or got no answer, may
//! be there or not, until the shop shows the cart again. After that, it must stay like this.

use super::answer::Lines;
use std::collections::{BTreeMap, BTreeSet};

/// The most pieces that a line can have.
pub const LINE_LIMIT: u32 = 99;

/// A change of one line.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// Adds this many pieces.
    Add(u32),
    /// Sets the quantity; 0 removes the line.
    Set(u32),
}

impl Change {
    /// The quantity afterwards; nothing if the shop has to refuse the change.
    fn after(self, before: u32) -> Option<u32> {
        match self {
            Self::Add(more) => Some(before + more).filter(|sum| *sum <= LINE_LIMIT),
            Self::Set(pieces) => Some(pieces),
        }
    }
}

/// For each product, every quantity that its line may have.
#[derive(Clone, Debug, Default)]
pub struct Ledger(BTreeMap<String, BTreeSet<u32>>);

impl Ledger {
    /// Notes that the shop acknowledged a change, and showed the cart.
    pub fn acknowledged(&mut self, product: &str, change: Change, cart: &Lines) -> Result<(), String> {
        let after = self.line(product).iter().filter_map(|before| change.after(*before)).collect();
        self.0.insert(product.to_owned(), after);
        self.settle(cart)
    }

    /// Notes that the shop refused a change because the line is full.
    pub fn refused_as_full(&mut self, product: &str, change: Change) -> Result<(), String> {
        let before = self.line(product);
        let full: BTreeSet<u32> = before.iter().copied().filter(|before| change.after(*before).is_none()).collect();
        if full.is_empty() {
            return Err(format!("{change:?} of {product} was refused as too many with {before:?} in the cart"));
        }
        self.0.insert(product.to_owned(), full);
        Ok(())
    }

    /// Notes that nobody knows whether a change was made.
    pub fn unacknowledged(&mut self, product: &str, change: Change) {
        let mut line = self.line(product);
        line.extend(line.clone().into_iter().filter_map(|before| change.after(before)));
        self.0.insert(product.to_owned(), line);
    }

    /// Compares with a cart that the shop shows: everything must be there that has to be, and nothing else.
    pub fn settle(&mut self, cart: &Lines) -> Result<(), String> {
        let products: BTreeSet<&String> = self.0.keys().chain(cart.keys()).collect();
        let found: BTreeMap<String, u32> =
            products.into_iter().map(|product| (product.clone(), cart.get(product).copied().unwrap_or_default())).collect();
        let wrong = found.iter().find(|(product, found)| !self.line(product).contains(found));
        let outcome = wrong.map_or(Ok(()), |(product, found)| {
            Err(format!("{found} of {product} in the cart where there must be one of {:?}", self.line(product)))
        });
        self.0 = found.into_iter().map(|(product, found)| (product, BTreeSet::from([found]))).collect();
        outcome
    }

    /// Whether nothing can be in the cart.
    pub fn is_empty(&self) -> bool {
        self.0.values().flatten().all(|pieces| *pieces == 0)
    }

    fn line(&self, product: &str) -> BTreeSet<u32> {
        self.0.get(product).cloned().unwrap_or_else(|| BTreeSet::from([0]))
    }
}
