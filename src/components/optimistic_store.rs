//! The cart and the likes in the browser: what is shown, what is confirmed, and what is still to be asked.

use crate::{
    components::call::{self, Refusal},
    domain::{
        cart_change::CartChange,
        cart_view::{CartLineView, CartView},
        product::Slug,
        quantity::Quantity,
    },
};
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsValue};
use std::collections::VecDeque;

/// Shared by all islands of a page; [`crate::components::cart_scope::CartScope`] provides it.
///
/// A change is shown at once (an optimistic update) and sent after the ones before it. Its answer replaces the expected
/// cart, and the changes that still wait are applied on top. So a refusal brings the old value back.
#[derive(Clone, Copy, Debug)]
pub struct OptimisticStore {
    shown: RwSignal<CartView>,
    can_restore: RwSignal<bool>,
    likes: RwSignal<Vec<Slug>>,
    announcement: RwSignal<Option<Announcement>>,
    pending: StoredValue<Pending>,
}

/// What the visitor has, as far as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The cart.
    pub cart: CartView,
    /// Whether the last removal from it can be undone.
    pub can_restore: bool,
    /// The likes, the newest first.
    pub likes: Vec<Slug>,
}

/// One wish of the visitor that the server has not answered yet.
#[derive(Clone, Debug)]
enum Change {
    Cart(CartChange),
    /// Whether a product is liked.
    Like(Slug, bool),
}

impl Change {
    /// Makes of what is shown what will be expected.
    fn make(&self, held: &mut Held) {
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

    /// Folds a later wish into this one where one request can say both, or gives it back.
    fn absorb(&mut self, later: Self) -> Option<Self> {
        match (&mut *self, later) {
            (Self::Cart(held), Self::Cart(later)) => held.absorb(later).map(Self::Cart),
            (Self::Like(product, is_liked), Self::Like(same, later)) if *product == same => {
                *is_liked = later;
                None
            }
            (_, later) => Some(later),
        }
    }

    /// Takes the server's answer for what is so.
    fn take(&self, answer: &JsValue, held: &mut Held) {
        match self {
            Self::Cart(change) => {
                held.cart = call::cart_view(answer);
                held.can_restore = change.can_be_undone(held.can_restore);
            }
            Self::Like(..) => held.likes = call::likes(answer),
        }
    }
}

/// Something the visitor should hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// This many pieces of a product were added.
    Added(CartLineView),
    /// A line now holds this many pieces.
    Changed(CartLineView),
    /// These lines were removed, each with its place; they can be brought back.
    Removed(Vec<(usize, CartLineView)>),
    /// A product is liked from now on, or no more.
    Liked(String, bool),
    /// What was taken out is back.
    Restored,
    /// The change was refused.
    Refused(Refusal),
}

#[derive(Debug, Default)]
struct Pending {
    confirmed: Held,
    waiting: VecDeque<Change>,
    running: bool,
}

impl OptimisticStore {
    /// A store that begins with what the server knows.
    pub fn new(confirmed: Held) -> Self {
        Self {
            shown: RwSignal::new(confirmed.cart.clone()),
            can_restore: RwSignal::new(confirmed.can_restore),
            likes: RwSignal::new(confirmed.likes.clone()),
            announcement: RwSignal::new(None),
            pending: StoredValue::new(Pending { confirmed, ..Pending::default() }),
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

    /// What the visitor likes, as they expect it.
    pub fn likes(self) -> RwSignal<Vec<Slug>> {
        self.likes
    }

    /// The last thing to tell.
    pub fn announcement(self) -> RwSignal<Option<Announcement>> {
        self.announcement
    }

    /// Says why something was not done.
    pub fn refuse(self, refusal: Refusal) {
        self.announcement.set(Some(Announcement::Refused(refusal)));
    }

    /// Shows a change of the cart in the next frame and asks the server for it.
    pub fn request(self, change: CartChange) {
        let before = self.shown.get_untracked();
        self.make(Change::Cart(change.clone()));
        self.announcement.set(self.announce(&change, &before));
    }

    /// The same for a like, or its end, of the product of this name.
    pub fn like(self, product: Slug, is_liked: bool, name: String) {
        self.make(Change::Like(product, is_liked));
        self.announcement.set(Some(Announcement::Liked(name, is_liked)));
    }

    fn make(self, change: Change) {
        let (cart, likes) = (self.shown.get_untracked(), self.likes.get_untracked());
        let mut held = Held { cart, can_restore: self.can_restore.get_untracked(), likes };
        change.make(&mut held);
        self.show(held);
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

    fn show(self, held: Held) {
        self.shown.set(held.cart);
        self.can_restore.set(held.can_restore);
        // Each time they are set, every heart of the page is gone through.
        if self.likes.with_untracked(|likes| *likes != held.likes) {
            self.likes.set(held.likes);
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
                // The cookie may be a new one by now, or none, and what it stands for another: that is fetched, and the
                // change asked for once more. If it is refused again, that is said.
                if let (Ok(cart), Ok(likes)) = (call::get("/api/cart").await, call::get("/api/likes").await) {
                    let (cart, likes) = (call::cart_view(&cart), call::likes(&likes));
                    self.pending
                        .update_value(|pending| pending.confirmed = Held { cart, likes, can_restore: pending.confirmed.can_restore });
                }
                answer = ask(&change).await;
            }
            self.settle(&change, answer);
        }
    }

    fn next(self) -> Option<Change> {
        self.pending.try_update_value(|pending| {
            let next = pending.waiting.pop_front();
            pending.running = next.is_some();
            next
        })?
    }

    /// Takes an answer for what is confirmed, and shows what is still waiting on top of it.
    fn settle(self, change: &Change, answer: Result<JsValue, Refusal>) {
        let expected = self.pending.try_update_value(|pending| {
            if let Ok(answer) = &answer {
                change.take(answer, &mut pending.confirmed);
            }
            let mut held = pending.confirmed.clone();
            pending.waiting.iter().for_each(|change| change.make(&mut held));
            held
        });
        if let Some(held) = expected {
            self.show(held);
        }
        if let Err(refusal) = answer {
            self.refuse(refusal);
        }
    }
}

async fn ask(change: &Change) -> Result<JsValue, Refusal> {
    let product = |product: &Slug| ("product", product.to_string());
    let pieces = |quantity: Quantity| ("quantity", quantity.get().to_string());
    let (endpoint, fields) = match change {
        Change::Cart(CartChange::Add(line)) => ("/api/add_to_cart", vec![product(&line.product), pieces(line.quantity)]),
        Change::Cart(CartChange::Set(slug, quantity)) => ("/api/set_quantity", vec![product(slug), pieces(*quantity)]),
        Change::Cart(CartChange::Remove(slug)) => ("/api/remove_from_cart", vec![product(slug)]),
        Change::Cart(CartChange::Clear) => ("/api/clear_cart", Vec::new()),
        Change::Cart(CartChange::Restore(_)) => ("/api/restore_to_cart", Vec::new()),
        Change::Like(slug, true) => ("/api/like", vec![product(slug)]),
        Change::Like(slug, false) => ("/api/unlike", vec![product(slug)]),
    };
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    call::send(endpoint, &fields).await
}
