//! Attacks on a session, each with a button that plays it, and the outcome of the last one.

use crate::{
    domain::{
        attack::{Attack, Bare, Exchange, Played, Verdict},
        debug_session::{Asked, DebugSession},
    },
    tr, tr_view,
    words::say,
};
use leptos::prelude::*;

/// A button for each attack.
#[component]
pub fn Attacks(
    /// The parameters of the page.
    asked: Asked,
) -> impl IntoView {
    let one = |attack: Attack| {
        let Asked { step, trail, .. } = asked.clone();
        view! {
            <li>
                <h3>{say(attack.title())}</h3>
                <p>{say(attack.hope())}</p>
                <form method="post" action=DebugSession::PLAY>
                    <input type="hidden" name="attack" value=attack.name() />
                    <input type="hidden" name="step" value=step.map(|step| step.to_string()).unwrap_or_default() />
                    <input type="hidden" name="trail" value=trail.unwrap_or_default() />
                    <button type="submit" class="button-quiet">{say(attack.button())}</button>
                </form>
            </li>
        }
    };
    view! { <ul class="attacks">{Attack::ALL.into_iter().map(one).collect_view()}</ul> }
}

/// The outcome of an attack.
#[component]
pub fn Outcome(played: Played) -> impl IntoView {
    let Played { attack, at: _, exchanges, verdict, bare, is_under_way } = played;
    let (class, word, text) = match verdict {
        Verdict::Held(text) => ("held", tr!("The shop held."), text),
        Verdict::Broken(text) => ("broken", tr!("The attack worked. This is a bug, please report it."), text),
        Verdict::Open(text) => ("open", tr!("Still under way."), text),
    };
    let Bare { lines, has_held } = bare;
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <section class="panel outcome" id="played" data-soon=is_under_way.then_some("") aria-labelledby="played-heading">
            <h2 id="played-heading">{say(attack.title())}</h2>
            <p class=format!("verdict {class}")><strong>{word}</strong> " " {text}</p>
            <ol class="exchanges">{exchanges.into_iter().map(|exchange| view! { <OneExchange exchange /> }).collect_view()}</ol>
            <h3>{tr!("What the library alone did")}</h3>
            <p class="fine-print">{tr!("This is the library tower-sessions without the shop's code, used as its examples use it, with a store in memory. It was run a moment ago, together with the attack.")}</p>
            <ol class="steps">{lines}</ol>
            <p class=if has_held { "verdict held" } else { "verdict broken" }>
                <strong>{if has_held { tr!("It held.") } else { tr!("It did not hold.") }}</strong>
            </p>
        </section>
    }
}

#[component]
fn OneExchange(exchange: Exchange) -> impl IntoView {
    let Exchange { who, request, cookie, answer } = exchange;
    let cookie = cookie.map(|cookie| view! { <span class="with-cookie">{tr_view!("with the cookie {cookie}", cookie = view! { <code>{cookie}</code> })}</span> });
    view! {
        <li>
            <p><strong>{say(who)}</strong> " " <code>{request}</code> " " {cookie}</p>
            <p class="answer"><span aria-hidden="true">"→ "</span>{answer}</p>
        </li>
    }
}
