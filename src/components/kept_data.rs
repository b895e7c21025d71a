//! What the shop keeps in a session, field by field, each with the way to delete it.

use crate::{
    components::{flashes::sentence, moment::Moment},
    domain::{
        cart::CartLine,
        catalogue::Catalogue,
        forgettable::Forgettable,
        own_session::{KeptCart, KeptData, PasskeyQuestion, Waiting, WaitingLogin, WaitingSecret},
        preferences::Preferences,
        product::Slug,
        visit_days::VisitDay,
    },
};
use leptos::prelude::*;
use std::sync::Arc;

/// A section for each field. Every field is named here, so that a new one cannot be forgotten; `data-field` is its name in the
/// file that can be downloaded.
#[component]
pub fn KeptSections(data: KeptData) -> impl IntoView {
    let KeptData { cart, likes, flashes, typed, pending, ceremony, visit_days, preferences } = data;
    let catalogue = use_context::<Arc<Catalogue>>().unwrap_or_default();
    let messages = flashes.iter().map(|flash| view! { <li>{sentence(flash, &catalogue)}</li> }).collect_view();
    view! {
        <section class="panel" aria-labelledby="cart-panel" data-field="cart">
            <h2 id="cart-panel">"Your cart"</h2>
            <Cart cart catalogue=Arc::clone(&catalogue) />
        </section>
        <section class="panel" aria-labelledby="likes-panel" data-field="likes">
            <h2 id="likes-panel">"Your likes"</h2>
            <Liked likes catalogue />
        </section>
        <section class="panel" aria-labelledby="preferences-panel" data-field="preferences">
            <h2 id="preferences-panel">"Your preferences"</h2>
            <Chosen preferences />
        </section>
        <section class="panel" aria-labelledby="visits-panel" data-field="visit_days">
            <h2 id="visits-panel">"Your visits"</h2>
            <p>"Days with a visit in the last eight weeks (in UTC), which the dashboard shows:"</p>
            <ul class="kept">{visit_days.days().iter().map(visit_day).collect_view()}</ul>
        </section>
        <section class="panel" aria-labelledby="messages-panel" data-field="flashes typed">
            <h2 id="messages-panel">"Your messages"</h2>
            {match flashes.len() {
                0 => view! { <p>"None. What was just done waits here until its page tells you, and is gone then."</p> }.into_any(),
                _ => view! { <p>"Each is told once, in the tab that asked, and is deleted with that:"</p> <ul class="kept">{messages}</ul> }.into_any(),
            }}
            {(!typed.is_empty()).then(|| view! { <p>"A form that was refused comes back with what you typed. That is kept until its page was shown, and never a password."</p> })}
        </section>
        <section class="panel" aria-labelledby="waiting-panel" data-field="pending ceremony">
            <h2 id="waiting-panel">"What waits for you"</h2>
            <WaitingFor pending ceremony />
        </section>
    }
}

fn visit_day(day: &VisitDay) -> impl IntoView + use<> {
    let visits = if day.visits == 1 { "1 visit".to_owned() } else { format!("{} visits", day.visits) };
    view! { <li><time datetime=day.day.date()>{day.day.date()}</time> ": " {visits}</li> }
}

#[component]
fn Cart(cart: KeptCart, catalogue: Arc<Catalogue>) -> impl IntoView {
    let KeptCart { lines, later, removed } = cart;
    let list = |lines: &[CartLine]| {
        let currency = catalogue.currency();
        let row = |line: &CartLine| {
            let CartLine { product, quantity, price_seen } = line;
            let name = catalogue.product(product).map_or_else(|| product.to_string(), |product| product.name.clone());
            view! { <li>{format!("{} × {name}, seen at {}", quantity.get(), price_seen.money().display(currency))}</li> }
        };
        view! { <ul class="kept">{lines.iter().map(row).collect_view()}</ul> }
    };
    let kept = if lines.is_empty() {
        view! { <p>"It is empty."</p> }.into_any()
    } else {
        view! {
            {list(&lines)}
            <Delete item=Forgettable::Cart />
        }
        .into_any()
    };
    let later = (!later.is_empty()).then(|| {
        view! {
            <p>"Kept for later:"</p>
            {list(&later)}
            <Delete item=Forgettable::Later />
        }
    });
    let undo = (!removed.is_empty()).then(|| {
        view! {
            <p>"An undo would bring back:"</p>
            {list(&removed)}
            <Delete item=Forgettable::Removed />
        }
    });
    view! { {kept} {later} {undo} }
}

#[component]
fn Liked(likes: Vec<Slug>, catalogue: Arc<Catalogue>) -> impl IntoView {
    if likes.is_empty() {
        return view! { <p>"You like nothing yet. Each product has a heart."</p> }.into_any();
    }
    let name = |slug: &Slug| catalogue.product(slug).map_or_else(|| slug.to_string(), |product| product.name.clone());
    view! {
        <ul class="kept">{likes.iter().map(|slug| view! { <li>{name(slug)}</li> }).collect_view()}</ul>
        <Delete item=Forgettable::Likes />
    }
    .into_any()
}

#[component]
fn Chosen(preferences: Preferences) -> impl IntoView {
    let Preferences { theme, is_guests } = preferences;
    match theme {
        None => view! { <p>"You chose nothing: the shop looks as your system does."</p> }.into_any(),
        Some(theme) => {
            let whose = if is_guests { " Your account takes it over when you log in." } else { "" };
            view! {
                <p>"Theme: " <strong>{theme.name()}</strong> "." {whose}</p>
                <Delete item=Forgettable::Theme />
            }
            .into_any()
        }
    }
}

#[component]
fn WaitingFor(pending: Waiting, ceremony: Option<PasskeyQuestion>) -> impl IntoView {
    if pending.is_nothing() && ceremony.is_none() {
        return view! { <p>"Nothing: no log in is half done, and no passkey was asked."</p> }.into_any();
    }
    let Waiting { login, factor, codes } = pending;
    let login = login.map(|WaitingLogin { username, method: _, remembered, next, began_at, until, tries }| {
        let more = format!("Codes tried: {tries}. Remembered: {}. It leads to {next}.", if remembered { "yes" } else { "no" });
        view! { <li>"A log in as " <strong>{username}</strong> ": the password was right " <Moment at=began_at /> ", and a code is asked for until " <Moment at=until /> ". " {more}</li> }
    });
    let secret = |what: &'static str, waiting: Option<WaitingSecret>| {
        waiting.map(|WaitingSecret { began_at, until }| view! { <li>{what} " since " <Moment at=began_at /> " until " <Moment at=until /> ". It is secret, so it is not shown here."</li> })
    };
    let question = ceremony.map(|PasskeyQuestion { asked_at, until, new_passkey }| {
        let what = new_passkey
            .map_or_else(|| "A passkey was asked for, to log in".to_owned(), |name| format!("A new passkey, “{name}”, was asked for"));
        view! { <li>{what} ", " <Moment at=asked_at /> "; an answer counts until " <Moment at=until /> "."</li> }
    });
    view! {
        <ul class="kept">
            {login}
            {secret("The secret of a second factor waits for its first code", factor)}
            {secret("Half of your new recovery codes waits for the page that shows them", codes)}
            {question}
        </ul>
        <Delete item=Forgettable::Waiting />
    }
    .into_any()
}

/// The button that deletes a part of the session.
#[component]
fn Delete(item: Forgettable) -> impl IntoView {
    view! {
        <form method="post" action="/api/forget">
            <input type="hidden" name="item" value=item.as_str() />
            <button type="submit" class="button-quiet" aria-label=format!("Delete {}", item.name())>"Delete"</button>
        </form>
    }
}
