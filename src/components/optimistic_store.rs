//! The cart and the likes in the browser: what is shown, what is confirmed, and what is still to be asked.

use crate::{
    components::{
        call::{self, Refusal},
        pending::{Change, Next, Pending},
    },
    domain::{
        cart_change::{CartChange, TakenLine},
        cart_view::{CartLineView, CartView},
        product::Slug,
        quantity::Quantity,
    },
};
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsValue};

pub use crate::components::pending::Held;

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
    has_session: RwSignal<bool>,
    pending: StoredValue<Pending>,
}

/// Something the visitor should hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// This many pieces of a product were added.
    Added(CartLineView),
    /// A line now holds this many pieces.
    Changed(CartLineView),
    /// These lines were removed; they can be brought back.
    Removed(Vec<TakenLine>),
    /// A product of this name is kept for later, or in the cart again.
    Moved(String, bool),
    /// A product is liked from now on, or no more.
    Liked(String, bool),
    /// What was taken out is back.
    Restored,
    /// The change was refused.
    Refused(Refusal),
}

impl OptimisticStore {
    /// A store that begins with what the server knows.
    pub fn new(confirmed: Held) -> Self {
        Self {
            shown: RwSignal::new(confirmed.cart.clone()),
            can_restore: RwSignal::new(confirmed.can_restore),
            likes: RwSignal::new(confirmed.likes.clone()),
            announcement: RwSignal::new(None),
            has_session: RwSignal::new(false),
            pending: StoredValue::new(Pending::new(confirmed)),
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

    /// Whether there is a session to follow.
    pub fn has_session(self) -> RwSignal<bool> {
        self.has_session
    }

    /// Notes that there is a session by now.
    pub fn note_session(self) {
        if !self.has_session.get_untracked() {
            self.has_session.set(true);
        }
    }

    /// The number of the cart as the server confirmed it ([`crate::domain::session_parts`]).
    pub fn cart_number(self) -> u32 {
        self.pending.with_value(|pending| pending.confirmed.cart_number())
    }

    /// The number of the likes as the server confirmed them.
    pub fn likes_number(self) -> u32 {
        self.pending.with_value(|pending| pending.confirmed.likes_number())
    }

    /// Another tab, or this one, left the cart and the likes with these numbers: if they are others than those that are
    /// confirmed, they are fetched, after the changes of this tab that are under way. Nothing is announced.
    pub fn catch_up(self, cart: Option<u32>, likes: Option<u32>) {
        self.begin(|pending| pending.heard = Some([cart, likes]));
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
        self.begin(|pending| pending.add(change));
    }

    /// Notes something to do, and does it unless that is under way.
    fn begin(self, note: impl FnOnce(&mut Pending)) {
        let idle = self.pending.try_update_value(|pending| {
            note(pending);
            pending.is_idle()
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
        let taken = |lines, is_later, product: Option<&Slug>| {
            let is_wanted = |line: &CartLineView| product.is_none_or(|product| line.product == *product);
            Some(Announcement::Removed(TakenLine::of(lines, is_later, is_wanted)))
        };
        let moved = |lines: &[CartLineView], product: &Slug, is_later| {
            let line = lines.iter().find(|line| line.product == *product)?;
            Some(Announcement::Moved(line.name.clone(), is_later))
        };
        match change {
            CartChange::Add(line) => Some(Announcement::Added(line.clone())),
            CartChange::Set(product, _) => {
                let line = self.shown.with_untracked(|cart| cart.lines.iter().find(|line| line.product == *product).cloned());
                line.map(Announcement::Changed)
            }
            CartChange::Remove(product) => taken(&before.lines, false, Some(product)),
            CartChange::Clear => taken(&before.lines, false, None),
            CartChange::KeepForLater(product) => moved(&before.lines, product, true),
            CartChange::MoveToCart(product) => moved(&before.later, product, false),
            CartChange::RemoveFromLater(product) => taken(&before.later, true, Some(product)),
            CartChange::Restore(_) => Some(Announcement::Restored),
        }
    }

    /// Sends what is waiting, one after another, until nothing is.
    async fn send(self) {
        while let Some(next) = self.next() {
            let change = match next {
                Next::Ask(change) => change,
                Next::Look(parts) => {
                    self.look(parts).await;
                    self.show_expected();
                    continue;
                }
            };
            let mut answer = ask(&change).await;
            if answer.as_ref().is_err_and(|refusal| refusal.name == "session_changed") {
                // The cookie may be a new one by now, or none, and what it stands for another: that is fetched, and the
                // change asked for once more. If it is refused again, that is said.
                self.look([true, true]).await;
                answer = ask(&change).await;
            }
            self.settle(&change, answer);
        }
    }

    fn next(self) -> Option<Next> {
        self.pending.try_update_value(Pending::next)?
    }

    /// Fetches the cart, and the likes, for what is confirmed.
    async fn look(self, [cart, likes]: [bool; 2]) {
        if cart && let Ok(cart) = call::get("/api/cart").await {
            self.pending.update_value(|pending| pending.confirmed.cart = call::cart_view(&cart));
        }
        if likes && let Ok(likes) = call::get("/api/likes").await {
            self.pending.update_value(|pending| pending.confirmed.likes = call::likes(&likes));
        }
    }

    /// Takes an answer for what is confirmed.
    fn settle(self, change: &Change, answer: Result<JsValue, Refusal>) {
        if let Ok(answer) = &answer {
            self.pending.update_value(|pending| change.take(answer, &mut pending.confirmed));
            self.note_session();
        }
        self.show_expected();
        if let Err(refusal) = answer {
            self.refuse(refusal);
        }
    }

    /// Shows what is confirmed, and what is still waiting on top of it.
    fn show_expected(self) {
        if let Some(held) = self.pending.try_with_value(Pending::expected) {
            self.show(held);
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
        Change::Cart(CartChange::KeepForLater(slug)) => ("/api/keep_for_later", vec![product(slug)]),
        Change::Cart(CartChange::MoveToCart(slug)) => ("/api/move_to_cart", vec![product(slug)]),
        Change::Cart(CartChange::RemoveFromLater(slug)) => ("/api/remove_from_later", vec![product(slug)]),
        Change::Cart(CartChange::Restore(_)) => ("/api/restore_to_cart", Vec::new()),
        Change::Like(slug, true) => ("/api/like", vec![product(slug)]),
        Change::Like(slug, false) => ("/api/unlike", vec![product(slug)]),
    };
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    call::send(endpoint, &fields).await
}
