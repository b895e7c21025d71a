//! `/dashboard`: the start page of a visitor who is logged in.

use crate::{
    components::{frame::Frame, may_forget::MayForget, moment::Moment, own_part::private},
    domain::{
        page_request::PageRequest,
        visitor::{LoginView, SessionView},
    },
};
use leptos::prelude::*;
use std::sync::Arc;

/// The dashboard. Guests never come here: `server::gate` sends them to the log-in page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    private(dashboard_of)
}

fn dashboard_of(request: Arc<PageRequest>) -> impl IntoView {
    let visitor = &request.visitor;
    let (cart, login, session, likes) = (&visitor.cart, visitor.login.clone(), visitor.session.clone(), visitor.likes.count);
    let name = login.as_ref().map(|login| login.username.clone()).unwrap_or_default();
    let summary = match cart.count {
        0 => view! { <p>"Your cart is empty."</p> <p><a class="button" href="/">"Find something nice"</a></p> }.into_any(),
        count => {
            let pieces = if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
            view! {
                <p class="figure">{cart.total.display(cart.currency)}</p>
                <p>{pieces} " in your cart."</p>
                <p><a class="button" href="/cart">"Go to the cart"</a></p>
            }
            .into_any()
        }
    };
    view! {
        <Frame title="Dashboard".to_owned() description="Your visits, your cart, your likes, your login.".to_owned() class="page-private">
            <h1>"Hello, " {name}</h1>
            <div class="panels">
                <section class="panel" aria-labelledby="cart-panel"><h2 id="cart-panel">"Cart"</h2>{summary}</section>
                <LikesPanel count=likes />
                {session.map(|session| view! { <Visits session /> })}
                {login.map(|login| view! { <LoginPanel login /> })}
                <LogOut />
            </div>
        </Frame>
    }
}

#[component]
fn LikesPanel(count: u32) -> impl IntoView {
    let summary = match count {
        0 => view! { <p>"You like nothing yet. Press the heart of a product, and you find it again here."</p> }.into_any(),
        count => {
            let things = if count == 1 { "product you like." } else { "products you like." };
            view! { <p class="figure">{count}</p> <p>{things}</p> <p><a class="button-quiet" href="/likes">"Go to your likes"</a></p> }
                .into_any()
        }
    };
    view! { <section class="panel" aria-labelledby="likes-panel"><h2 id="likes-panel">"Likes"</h2>{summary}</section> }
}

#[component]
fn Visits(session: SessionView) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="visits-panel">
            <h2 id="visits-panel">"Visits"</h2>
            <p class="figure">{session.visits}</p>
            <p>"since " <Moment at=session.started_at /> ". A new visit begins after 30 minutes away."</p>
            <p>"If you do not come back, we keep this session and its cart until " <Moment at=session.expires_at /> "."</p>
            <MayForget what="session" />
            <p><a href="/session">"What the server knows about you"</a></p>
        </section>
    }
}

#[component]
fn LoginPanel(login: LoginView) -> impl IntoView {
    let method = login.method.phrase();
    let remembered = if login.remembered { ", remembered on this device" } else { "" };
    view! {
        <section class="panel" aria-labelledby="login-panel">
            <h2 id="login-panel">"This login"</h2>
            <p>"You logged in " <Moment at=login.at /> {format!(" {method}{remembered}.")}</p>
            <p>"It ends " <Moment at=login.idle_until.min(login.ends_at) /> " if you do not come back before, and " <Moment at=login.ends_at /> " at the latest."</p>
            <p><a href="/dashboard/sessions">"Where else you are logged in"</a></p>
            <p><a href="/dashboard/security">"Your account"</a></p>
            <p><a href="/dashboard/preferences">"How the shop looks to you"</a></p>
        </section>
    }
}

#[component]
fn LogOut() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="log-out-panel">
            <h2 id="log-out-panel">"Log out"</h2>
            <form method="post" action="/api/log_out" class="log-out">
                <label class="checkbox"><input type="checkbox" name="keep_cart" value="true" /> "Keep my cart and likes on this device"</label>
                <button type="submit" class="button-quiet">"Log out here"</button>
            </form>
        </section>
    }
}
