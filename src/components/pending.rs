//! The queue of the optimistic store: what the server confirmed, what still waits, and what comes next.

use crate::{
    components::call,
    domain::{
        cart_change::CartChange,
        cart_view::{CartLineView, CartView},
        product::Slug,
        session_parts::{number_of_cart, number_of_likes},
    },
};
use leptos::wasm_bindgen::JsValue;
use std::collections::VecDeque;

/// The visitor's cart and likes, as the page shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The cart.
    pub cart: CartView,
    /// Whether the last removal from the cart can be undone.
    pub can_restore: bool,
    /// The likes, the newest first.
    pub likes: Vec<Slug>,
}

/// A change that the visitor made and the server has not answered yet.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Cart(CartChange),
    /// Whether a product is liked.
    Like(Slug, bool),
}

impl Change {
    /// Makes the change in what is shown (an optimistic update).
    pub(super) fn make(&self, held: &mut Held) {
        match self {
            Self::Cart(change) => {
                held.cart = change.expected(&held.cart);
                held.can_restore = change.can_be_undone(held.can_restore);
            }
            Self::Like(product, is_liked) => {
                held.likes.retain(|liked| liked != product);
                if *is_liked {
                    held.likes.insert(0, product.clone());
                }
            }
        }
    }

    /// Combines a later change with this one, if one request can make both. Otherwise gives it back.
    pub(super) fn absorb(&mut self, later: Self) -> Option<Self> {
        match (&mut *self, later) {
            (Self::Cart(held), Self::Cart(later)) => held.absorb(later).map(Self::Cart),
            (Self::Like(product, is_liked), Self::Like(same, later)) if *product == same => {
                *is_liked = later;
                None
            }
            (_, later) => Some(later),
        }
    }

    /// Takes the result from the server's answer.
    pub(super) fn take(&self, answer: &JsValue, held: &mut Held) {
        match self {
            Self::Cart(change) => {
                held.cart = call::cart_view(answer);
                held.can_restore = change.can_be_undone(held.can_restore);
            }
            Self::Like(..) => held.likes = call::likes(answer),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) confirmed: Held,
    waiting: VecDeque<Change>,
    /// The numbers of the cart and the likes that another tab reported. They wait here to be compared with what is confirmed.
    pub(super) heard: Option<[Option<u32>; 2]>,
    running: bool,
}

/// The next request. There is one request at a time, so no answer is older than the one before.
pub(super) enum Next {
    Ask(Change),
    /// Fetch the cart, the likes, or both.
    Look([bool; 2]),
}

impl Pending {
    /// An empty queue.
    pub(super) fn new(confirmed: Held) -> Self {
        Self { confirmed, ..Self::default() }
    }

    /// Adds a change of the visitor.
    pub(super) fn add(&mut self, change: Change) {
        let rest = match self.waiting.back_mut() {
            Some(last) => last.absorb(change),
            None => Some(change),
        };
        self.waiting.extend(rest);
    }

    /// Whether nothing sends the queue yet. The caller then has to send it.
    pub(super) fn is_idle(&mut self) -> bool {
        !std::mem::replace(&mut self.running, true)
    }

    /// The next request. If there is none, the caller stops sending.
    pub(super) fn next(&mut self) -> Option<Next> {
        let next = self.first();
        self.running = next.is_some();
        next
    }

    /// What is confirmed, with all changes that still wait.
    pub(super) fn expected(&self) -> Held {
        let mut held = self.confirmed.clone();
        self.waiting.iter().for_each(|change| change.make(&mut held));
        held
    }

    fn first(&mut self) -> Option<Next> {
        if let Some(change) = self.waiting.pop_front() {
            return Some(Next::Ask(change));
        }
        let [cart, likes] = self.heard.take()?;
        let is_behind = |heard: Option<u32>, known: u32| heard.is_some_and(|heard| heard != known);
        let behind = [is_behind(cart, self.confirmed.cart_number()), is_behind(likes, self.confirmed.likes_number())];
        behind.contains(&true).then_some(Next::Look(behind))
    }
}

impl Held {
    /// The number of the cart ([`crate::domain::session_parts`]).
    pub(super) fn cart_number(&self) -> u32 {
        let written = |line| {
            let CartLineView { product, quantity, .. }: &CartLineView = line;
            (product, *quantity)
        };
        number_of_cart(self.cart.lines.iter().map(written), self.cart.later.iter().map(written))
    }

    /// The number of the likes.
    pub(super) fn likes_number(&self) -> u32 {
        number_of_likes(&self.likes)
    }
}
