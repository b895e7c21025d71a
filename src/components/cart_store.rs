//! The cart in the browser: what is shown, what is confirmed, and what is still to be asked.

use crate::{
    components::call::{self, Refusal},
    domain::{
        cart_change::CartChange,
        cart_view::{CartLineView, CartView},
        product::Slug,
        quantity::Quantity,
    },
};
use leptos::{prelude::*, task::spawn_local};
use std::collections::VecDeque;

/// Shared by all islands of a page; [`crate::components::cart_scope::CartScope`] provides it.
///
/// A change is shown at once and sent after the ones before it. Its answer replaces what was
/// expected, with the changes still waiting made on top, so a refusal puts the old value back.
#[derive(Clone, Copy, Debug)]
pub struct CartStore {
    shown: RwSignal<CartView>,
    can_restore: RwSignal<bool>,
    announcement: RwSignal<Option<Announcement>>,
    pending: StoredValue<Pending>,
}

/// Something the visitor should hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// So many pieces of a product were put in.
    Added(CartLineView),
    /// A line now holds so many pieces.
    Changed(CartLineView),
    /// These lines were taken out, each with its place; they can be brought back.
    Removed(Vec<(usize, CartLineView)>),
    /// What was taken out is back.
    Restored,
    /// The change was refused.
    Refused(Refusal),
}

#[derive(Debug, Default)]
struct Pending {
    confirmed: CartView,
    can_restore: bool,
    waiting: VecDeque<CartChange>,
    running: bool,
}

impl CartStore {
    /// A store that begins with the server's cart.
    pub fn new(confirmed: CartView, can_restore: bool) -> Self {
        Self {
            shown: RwSignal::new(confirmed.clone()),
            can_restore: RwSignal::new(can_restore),
            announcement: RwSignal::new(None),
            pending: StoredValue::new(Pending { confirmed, can_restore, ..Pending::default() }),
        }
    }

    /// The cart as the visitor expects it.
    pub fn shown(self) -> RwSignal<CartView> {
        self.shown
    }

    /// Whether the last removal can be undone.
    pub fn can_restore(self) -> RwSignal<bool> {
        self.can_restore
    }

    /// The last thing to tell.
    pub fn announcement(self) -> RwSignal<Option<Announcement>> {
        self.announcement
    }

    /// Says why something was not done.
    pub fn refuse(self, refusal: Refusal) {
        self.announcement.set(Some(Announcement::Refused(refusal)));
    }

    /// Shows a change in the next frame and asks the server for it.
    pub fn request(self, change: CartChange) {
        let before = self.shown.get_untracked();
        self.shown.set(change.expected(&before));
        self.announcement.set(self.announce(&change, &before));
        self.can_restore.update(|can| *can = change.can_be_undone(*can));
        let idle = self.pending.try_update_value(|pending| {
            let rest = match pending.waiting.back_mut() {
                Some(last) => last.absorb(change),
                None => Some(change),
            };
            pending.waiting.extend(rest);
            !std::mem::replace(&mut pending.running, true)
        });
        if idle == Some(true) {
            spawn_local(self.send());
        }
    }

    fn announce(self, change: &CartChange, before: &CartView) -> Option<Announcement> {
        let taken = |wanted: &dyn Fn(&CartLineView) -> bool| {
            let lines: Vec<_> = before.lines.iter().cloned().enumerate().filter(|(_, line)| wanted(line)).collect();
            Some(Announcement::Removed(lines))
        };
        match change {
            CartChange::Add(line) => Some(Announcement::Added(line.clone())),
            CartChange::Set(product, _) => {
                let line = self.shown.with_untracked(|cart| cart.lines.iter().find(|line| line.product == *product).cloned());
                line.map(Announcement::Changed)
            }
            CartChange::Remove(product) => taken(&|line| line.product == *product),
            CartChange::Clear => taken(&|_| true),
            CartChange::Restore(_) => Some(Announcement::Restored),
        }
    }

    /// Sends what is waiting, one after another, until nothing is.
    async fn send(self) {
        while let Some(change) = self.next() {
            let mut answer = ask(&change).await;
            if answer.as_ref().is_err_and(|refusal| refusal.name == "session_changed") {
                // The cookie may be a new one by now, or none, and the cart another: that is fetched, and the
                // change asked for once more. If it is refused again, that is said.
                if let Ok(now) = call::get("/api/cart").await {
                    let now = call::cart_view(&now);
                    self.pending.update_value(|pending| pending.confirmed = now);
                }
                answer = ask(&change).await;
            }
            self.settle(&change, answer);
        }
    }

    fn next(self) -> Option<CartChange> {
        self.pending.try_update_value(|pending| {
            let next = pending.waiting.pop_front();
            pending.running = next.is_some();
            next
        })?
    }

    /// Takes an answer for what is confirmed, and shows what is still waiting on top of it.
    fn settle(self, change: &CartChange, answer: Result<CartView, Refusal>) {
        let expected = self.pending.try_update_value(|pending| {
            if let Ok(cart) = &answer {
                pending.confirmed = cart.clone();
                pending.can_restore = change.can_be_undone(pending.can_restore);
            }
            let begin = (pending.confirmed.clone(), pending.can_restore);
            pending.waiting.iter().fold(begin, |(view, can), change| (change.expected(&view), change.can_be_undone(can)))
        });
        if let Some((cart, can_restore)) = expected {
            self.shown.set(cart);
            self.can_restore.set(can_restore);
        }
        if let Err(refusal) = answer {
            self.refuse(refusal);
        }
    }
}

async fn ask(change: &CartChange) -> Result<CartView, Refusal> {
    let product = |product: &Slug| ("product", product.to_string());
    let pieces = |quantity: Quantity| ("quantity", quantity.get().to_string());
    let (endpoint, fields) = match change {
        CartChange::Add(line) => ("/api/add_to_cart", vec![product(&line.product), pieces(line.quantity)]),
        CartChange::Set(slug, quantity) => ("/api/set_quantity", vec![product(slug), pieces(*quantity)]),
        CartChange::Remove(slug) => ("/api/remove_from_cart", vec![product(slug)]),
        CartChange::Clear => ("/api/clear_cart", Vec::new()),
        CartChange::Restore(_) => ("/api/restore_to_cart", Vec::new()),
    };
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    call::send(endpoint, &fields).await.map(|cart| call::cart_view(&cart))
}
