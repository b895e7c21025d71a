//! The changes of a session, field by field.

use crate::{
    domain::{
        debug_session::{Change, Trail},
        field_diff::{FieldChange, readable},
    },
    tr, tr_n, tr_view,
    words::say,
};
use leptos::prelude::*;

/// The changes, the newest first.
#[component]
pub fn Changes(trail: Option<Trail>) -> impl IntoView {
    let Some(Trail { name: _, revision: _, forgotten, changes, has_ended }) = trail else {
        return view! { <p>{tr!("Nothing yet since the server started. The next click that changes something appears here.")}</p> }
            .into_any();
    };
    view! {
        {has_ended.then(|| view! { <p class="notice">{tr!("This session is over. Its changes stay here until the server stops, or until 100 other sessions have begun.")}</p> })}
        <ol class="changes">{changes.into_iter().map(|change| view! { <OneChange change /> }).collect_view()}</ol>
        {(forgotten > 0).then(|| view! { <p class="fine-print">{older(forgotten)}</p> })}
    }
    .into_any()
}

fn older(forgotten: u32) -> String {
    tr_n!(
        forgotten,
        "{count} older change is no longer shown: the newest fifty of a session are kept.",
        "{count} older changes are no longer shown: the newest fifty of a session are kept."
    )
}

#[component]
fn OneChange(change: Change) -> impl IntoView {
    let Change { number, at, deed, key, fields, steps, guard } = change;
    let time = readable(at);
    let machine = format!("{}Z", time.trim_end_matches(" UTC").replace(' ', "T"));
    view! {
        <li class="change" id=format!("change-{number}")>
            <h3><span class="change-number">{number}</span> <code>{deed.name()}</code> <time datetime=machine>{time.clone()}</time></h3>
            <p>{say(deed.sentence())}</p>
            <Fields fields />
            <details id=format!("way-{number}")>
                <summary>{tr!("The statement, and what guards it")}</summary>
                <p>{tr_view!("Row {key}", key = view! { <code>{key}</code> })}</p>
                <Way steps guard />
            </details>
        </li>
    }
}

#[component]
fn Fields(fields: Vec<FieldChange>) -> impl IntoView {
    let cell = |value: Option<String>| match value {
        Some(value) => view! { <code>{value}</code> }.into_any(),
        None => view! { <span class="nothing">{tr!("nothing")}</span> }.into_any(),
    };
    let row = |FieldChange { path, before, after }: FieldChange| {
        let kind = match (&before, &after) {
            (None, _) => "came",
            (_, None) => "went",
            _ => "changed",
        };
        view! {
            <tr class=kind>
                <th scope="row"><code>{path}</code></th>
                <td data-label=tr!("before")>{cell(before)}</td>
                <td data-label=tr!("after")>{cell(after)}</td>
            </tr>
        }
    };
    view! {
        <table class="fields">
            <thead><tr><th scope="col">{tr!("field")}</th><th scope="col">{tr!("before")}</th><th scope="col">{tr!("after")}</th></tr></thead>
            <tbody>{fields.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

/// How a store makes a change.
#[component]
pub fn Way(
    /// Its steps, in this order.
    steps: Vec<String>,
    /// What keeps two changes from overwriting each other.
    guard: &'static str,
) -> impl IntoView {
    view! {
        <ol class="steps">{steps.into_iter().map(|step| view! { <li><code>{step}</code></li> }).collect_view()}</ol>
        <p><strong>{tr!("The guard:")} " "</strong> {say(guard)}</p>
    }
}
