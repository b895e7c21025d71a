//! What the shop keeps in a session, field by field, each with the way to delete it.

use crate::{
    components::{flashes::sentence, moment::Moment},
    domain::{
        cart::CartLine,
        catalogue::Catalogue,
        coupon::CouponCode,
        forgettable::Forgettable,
        order::OrderNumber,
        own_session::{KeptCart, KeptCheckout, KeptData, PasskeyQuestion, Waiting, WaitingLogin, WaitingSecret},
        preferences::Preferences,
        product::Slug,
        visit_days::VisitDay,
    },
    tr, tr_n, tr_view,
    words::{self, say},
};
use leptos::prelude::*;
use std::sync::Arc;

/// A section for each field. Every field is named here, so that a new one cannot be forgotten; `data-field` is its name in the
/// file that can be downloaded.
#[component]
pub fn KeptSections(data: KeptData) -> impl IntoView {
    let KeptData { cart, likes, coupon, viewed, checkout, orders, flashes, typed, pending, ceremony, visit_days, preferences } = data;
    let catalogue = use_context::<Arc<Catalogue>>().unwrap_or_default();
    let messages = flashes.iter().map(|flash| view! { <li>{sentence(flash, &catalogue)}</li> }).collect_view();
    view! {
        <section class="panel" aria-labelledby="cart-panel" data-field="cart coupon">
            <h2 id="cart-panel">{tr!("Your cart")}</h2>
            <Cart cart catalogue=Arc::clone(&catalogue) />
            <Entered coupon />
        </section>
        <section class="panel" aria-labelledby="likes-panel" data-field="likes">
            <h2 id="likes-panel">{tr!("Your likes")}</h2>
            <Liked likes catalogue=Arc::clone(&catalogue) />
        </section>
        <section class="panel" aria-labelledby="viewed-panel" data-field="viewed">
            <h2 id="viewed-panel">{tr!("Recently viewed")}</h2>
            <LookedAt viewed catalogue />
        </section>
        <section class="panel" aria-labelledby="orders-panel" data-field="checkout orders">
            <h2 id="orders-panel">{tr!("Your orders")}</h2>
            <Ordering checkout />
            <Placed orders />
        </section>
        <section class="panel" aria-labelledby="preferences-panel" data-field="preferences">
            <h2 id="preferences-panel">{tr!("Your preferences")}</h2>
            <Chosen preferences />
        </section>
        <section class="panel" aria-labelledby="visits-panel" data-field="visit_days">
            <h2 id="visits-panel">{tr!("Your visits")}</h2>
            <p>{tr!("Days with a visit in the last eight weeks (in UTC), which the dashboard shows:")}</p>
            <ul class="kept">{visit_days.days().iter().map(visit_day).collect_view()}</ul>
        </section>
        <section class="panel" aria-labelledby="messages-panel" data-field="flashes typed">
            <h2 id="messages-panel">{tr!("Your messages")}</h2>
            {match flashes.len() {
                0 => view! { <p>{tr!("None. What was just done waits here until its page tells you, and is gone then.")}</p> }.into_any(),
                _ => view! { <p>{tr!("Each is told once, in the tab that asked, and is deleted with that:")}</p> <ul class="kept">{messages}</ul> }.into_any(),
            }}
            {(!typed.is_empty()).then(|| view! { <p>{tr!("A form that was refused comes back with what you typed. That is kept until its page was shown, and never a password.")}</p> })}
        </section>
        <section class="panel" aria-labelledby="waiting-panel" data-field="pending ceremony">
            <h2 id="waiting-panel">{tr!("What waits for you")}</h2>
            <WaitingFor pending ceremony />
        </section>
    }
}

fn visit_day(day: &VisitDay) -> impl IntoView + use<> {
    let visits = tr_n!(day.visits, "{count} visit", "{count} visits");
    let date = view! { <time datetime=day.day.date()>{words::day(day.day.get())}</time> };
    view! { <li>{tr_view!("{day}: {visits}", day = date, visits = visits)}</li> }
}

#[component]
fn Cart(cart: KeptCart, catalogue: Arc<Catalogue>) -> impl IntoView {
    let KeptCart { lines, later, removed } = cart;
    let list = |lines: &[CartLine]| {
        let currency = catalogue.currency();
        let row = |line: &CartLine| {
            let CartLine { product, quantity, price_seen } = line;
            let name = catalogue.product(product).map_or_else(|| product.to_string(), |product| product.name.clone());
            let price = price_seen.money().display(currency);
            view! { <li>{tr!("{quantity} × {name}, seen at {price}", quantity = quantity.get(), name, price)}</li> }
        };
        view! { <ul class="kept">{lines.iter().map(row).collect_view()}</ul> }
    };
    let kept = if lines.is_empty() {
        view! { <p>{tr!("It is empty.")}</p> }.into_any()
    } else {
        view! {
            {list(&lines)}
            <Delete item=Forgettable::Cart />
        }
        .into_any()
    };
    let later = (!later.is_empty()).then(|| {
        view! {
            <p>{tr!("Kept for later:")}</p>
            {list(&later)}
            <Delete item=Forgettable::Later />
        }
    });
    let undo = (!removed.is_empty()).then(|| {
        view! {
            <p>{tr!("An undo would bring back:")}</p>
            {list(&removed)}
            <Delete item=Forgettable::Removed />
        }
    });
    view! { {kept} {later} {undo} }
}

#[component]
fn Entered(coupon: Option<CouponCode>) -> impl IntoView {
    coupon.map(|code| {
        view! {
            <p>{tr_view!("The coupon you entered: {code}.", code = view! { <code>{code.to_string()}</code> })}</p>
            <Delete item=Forgettable::Coupon />
        }
    })
}

#[component]
fn Liked(likes: Vec<Slug>, catalogue: Arc<Catalogue>) -> impl IntoView {
    if likes.is_empty() {
        return view! { <p>{tr!("You like nothing yet. Each product has a button “Like”.")}</p> }.into_any();
    }
    view! {
        {names(&likes, &catalogue)}
        <Delete item=Forgettable::Likes />
    }
    .into_any()
}

#[component]
fn LookedAt(viewed: Vec<Slug>, catalogue: Arc<Catalogue>) -> impl IntoView {
    if viewed.is_empty() {
        return view! { <p>{tr!("None. The products whose pages you open are kept here, at most eight.")}</p> }.into_any();
    }
    view! {
        <p>{tr!("The products whose pages you opened last, at most eight, so that you find them again:")}</p>
        {names(&viewed, &catalogue)}
        <Delete item=Forgettable::Viewed />
    }
    .into_any()
}

/// Products by their names; one that is not sold any more by its short name.
fn names(products: &[Slug], catalogue: &Catalogue) -> impl IntoView + use<> {
    let name = |slug: &Slug| catalogue.product(slug).map_or_else(|| slug.to_string(), |product| product.name.clone());
    view! { <ul class="kept">{products.iter().map(|slug| view! { <li>{name(slug)}</li> }).collect_view()}</ul> }
}

#[component]
fn Ordering(checkout: KeptCheckout) -> impl IntoView {
    if checkout == KeptCheckout::default() {
        return view! { <p>{tr!("You are not on your way to an order.")}</p> }.into_any();
    }
    let KeptCheckout { email, address, delivery } = checkout;
    let parts = std::iter::once(email).chain(address.map(|address| address.lines()).unwrap_or_default());
    let parts = parts.chain(delivery.map(|delivery| say(delivery.name()))).filter(|part| !part.is_empty());
    view! {
        <p>{tr!("What you filled in for an order, so that you can go on:")}</p>
        <ul class="kept">{parts.map(|part| view! { <li>{part}</li> }).collect_view()}</ul>
        <Delete item=Forgettable::Checkout />
    }
    .into_any()
}

#[component]
fn Placed(orders: Vec<OrderNumber>) -> impl IntoView {
    let order = |number: &OrderNumber| view! { <li><a href=number.path()>{number.to_string()}</a></li> };
    (!orders.is_empty()).then(|| {
        view! {
            <p>{tr!("Orders that you placed without an account. Here, this session is what opens them:")}</p>
            <ul class="kept">{orders.iter().map(order).collect_view()}</ul>
            <Delete item=Forgettable::Orders />
        }
    })
}

#[component]
fn Chosen(preferences: Preferences) -> impl IntoView {
    let Preferences { theme, is_guests, language, is_language_guests } = preferences;
    let whose = |is_guests: bool| is_guests.then(|| format!(" {}", tr!("Your account takes it over when you log in.")));
    let spoken = match language {
        None => view! { <p>{tr!("You chose no language: the shop speaks the one your browser asks for.")}</p> }.into_any(),
        Some(language) => view! {
            <p>{tr_view!("Language: {language}.", language = view! { <strong>{language.name()}</strong> })} {whose(is_language_guests)}</p>
            <Delete item=Forgettable::Language />
        }
        .into_any(),
    };
    let looks = match theme {
        None => view! { <p>{tr!("You chose nothing: the shop looks as your system does.")}</p> }.into_any(),
        Some(theme) => view! {
            <p>{tr_view!("Theme: {theme}.", theme = view! { <strong>{say(theme.name())}</strong> })} {whose(is_guests)}</p>
            <Delete item=Forgettable::Theme />
        }
        .into_any(),
    };
    view! { {looks} {spoken} }
}

#[component]
fn WaitingFor(pending: Waiting, ceremony: Option<PasskeyQuestion>) -> impl IntoView {
    if pending.is_nothing() && ceremony.is_none() {
        return view! { <p>{tr!("Nothing: no log in is half done, and no passkey was asked.")}</p> }.into_any();
    }
    let Waiting { login, factor, codes } = pending;
    let login = login.map(|WaitingLogin { username, method: _, remembered, next, began_at, until, tries }| {
        let step = tr_view!(
            "A log in as {user}: the password was right {began}, and a code is asked for until {until}.",
            user = view! { <strong>{username}</strong> },
            began = view! { <Moment at=began_at /> },
            until = view! { <Moment at=until /> },
        );
        let more = if remembered {
            tr!("Codes tried: {tries}. Remembered: yes. It leads to {next}.", tries, next)
        } else {
            tr!("Codes tried: {tries}. Remembered: no. It leads to {next}.", tries, next)
        };
        view! { <li>{step} " " {more}</li> }
    });
    let factor = factor.map(|WaitingSecret { began_at, until }| {
        tr_view!(
            "The secret of a second factor waits for its first code since {began} until {until}. It is secret, so it is not shown here.",
            began = view! { <Moment at=began_at /> },
            until = view! { <Moment at=until /> },
        )
    });
    let codes = codes.map(|WaitingSecret { began_at, until }| {
        tr_view!(
            "Half of your new recovery codes waits for the page that shows them since {began} until {until}. It is secret, so it is not shown here.",
            began = view! { <Moment at=began_at /> },
            until = view! { <Moment at=until /> },
        )
    });
    let question = ceremony.map(|PasskeyQuestion { asked_at, until, new_passkey }| {
        let (asked, until) = (view! { <Moment at=asked_at /> }, view! { <Moment at=until /> });
        match new_passkey {
            None => tr_view!("A passkey was asked for, to log in, {asked}; an answer counts until {until}.", asked = asked, until = until),
            Some(name) => tr_view!(
                "A new passkey, “{name}”, was asked for, {asked}; an answer counts until {until}.",
                name = name,
                asked = asked,
                until = until,
            ),
        }
    });
    let item = |sentence: Option<Vec<AnyView>>| sentence.map(|sentence| view! { <li>{sentence}</li> });
    view! {
        <ul class="kept">
            {login}
            {item(factor)}
            {item(codes)}
            {item(question)}
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
            <button type="submit" class="button-quiet" aria-label=deletes(item)>{tr!("Delete")}</button>
        </form>
    }
}

/// What such a button says to those who do not see beside what it stands.
fn deletes(item: Forgettable) -> String {
    match item {
        Forgettable::Cart => tr!("Delete your cart"),
        Forgettable::Later => tr!("Delete what you kept for later"),
        Forgettable::Removed => tr!("Delete what was removed from your cart"),
        Forgettable::Coupon => tr!("Delete the coupon you entered"),
        Forgettable::Checkout => tr!("Delete what you filled in for an order"),
        Forgettable::Orders => tr!("Delete which orders you placed here"),
        Forgettable::Likes => tr!("Delete your likes"),
        Forgettable::Viewed => tr!("Delete what you looked at"),
        Forgettable::Messages => tr!("Delete your messages"),
        Forgettable::Waiting => tr!("Delete what waited for you"),
        Forgettable::Theme => tr!("Delete your choice of a theme"),
        Forgettable::Language => tr!("Delete your choice of a language"),
    }
}
