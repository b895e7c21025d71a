//! The parts of a page that belong to its visitor. No other file knows for whom a page is rendered.

use crate::{
    components::{
        account::Account,
        cart_data::CartData,
        flashes::Flashes,
        forget_me::ForgetMe,
        like_button::LikedStyle,
        login_end::LoginEnding,
        recently_viewed::RecentlyViewed,
        request_number::RequestNumber,
        theme::{ColourScheme, ThemeButtons},
    },
    domain::page_request::{Audience, Hole, PageRequest},
};
use leptos::{prelude::*, tachys::html::InertElement};
use std::sync::Arc;

/// A part that belongs to the visitor. In a template, it is a mark at the place where the part will be.
#[component]
pub fn OwnPart(
    /// Its place in the page.
    of: Hole,
) -> impl IntoView {
    match use_context::<Audience>()? {
        Audience::One(request) => Some(fragment(of, &request)),
        Audience::Everybody(marks) => Some(InertElement::new(marks.of(of)).into_any()),
    }
}

/// What fills a hole. The catalogue must be in the context: messages name products.
pub fn fragment(of: Hole, request: &Arc<PageRequest>) -> AnyView {
    let (visitor, request) = (Arc::clone(&request.visitor), Arc::clone(request));
    match of {
        Hole::Likes => view! { <LikedStyle visitor /> }.into_any(),
        Hole::Theme => view! { <ColourScheme preferences=visitor.preferences /> }.into_any(),
        Hole::Account => view! { <Account request /> }.into_any(),
        Hole::Session => {
            let ending = visitor.login.is_some().then(|| view! { <LoginEnding request /> });
            view! { <CartData visitor /> {ending} }.into_any()
        }
        Hole::Messages => view! { <Flashes visitor /> }.into_any(),
        Hole::Viewed => view! { <RecentlyViewed visitor /> }.into_any(),
        Hole::ThemeButtons => view! { <ThemeButtons theme=visitor.preferences.theme() /> }.into_any(),
        Hole::Forget => view! { <ForgetMe is_known=visitor.session.is_some() /> }.into_any(),
        Hole::RequestId => view! { <RequestNumber request /> }.into_any(),
    }
}

/// What the visitor typed into a field of a form that was refused just now. A template has no visitor; a page that tells a
/// refusal is never made from one.
pub fn typed(form: &str, field: &str) -> Option<String> {
    let Audience::One(request) = use_context::<Audience>()? else { return None };
    request.visitor.typed.as_ref()?.value(form, field).map(str::to_owned)
}

/// A page that is private from beginning to end. It is never a template.
pub fn private<V>(page: impl FnOnce(Arc<PageRequest>) -> V) -> Option<V> {
    match use_context::<Audience>()? {
        Audience::One(request) => Some(page(request)),
        Audience::Everybody(_) => None,
    }
}
