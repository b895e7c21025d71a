//! `/dev/mailbox`: the mails that a demo would have sent.

use crate::{
    components::{frame::Frame, moment::Moment, own_part::private},
    domain::{
        mailbox::{KeptMail, Mailbox},
        page_request::PageRequest,
    },
    tr, tr_view,
};
use leptos::prelude::*;
use std::sync::Arc;

/// Every mail that was written, the newest first. In production `server::gate` has nothing at this address.
#[component]
pub fn MailboxPage() -> impl IntoView {
    private(mailbox_of)
}

fn mailbox_of(request: Arc<PageRequest>) -> impl IntoView {
    let Mailbox(mails) = request.mailbox.clone();
    let is_empty = mails.is_empty();
    view! {
        <Frame title=tr!("Mailbox") description=tr!("The mails this demonstration would have sent.") class="page-private">
            <h1>{tr!("Mailbox")}</h1>
            <p class="lead">{tr!("A demonstration sends no mail. What it would have sent, to whomever, is shown here.")}</p>
            {is_empty.then(|| view! { <p>{tr!("No mail was written yet.")}</p> })}
            <ul class="mails">{mails.into_iter().map(|mail| view! { <Mail mail /> }).collect_view()}</ul>
        </Frame>
    }
}

#[component]
fn Mail(mail: KeptMail) -> impl IntoView {
    let KeptMail { recipient, subject, text, made_at } = mail;
    let is_link = |line: &str| line.starts_with("http://") || line.starts_with("https://");
    let line = |line: &str| {
        let line = line.to_owned();
        if is_link(&line) { view! { <a href=line.clone()>{line.clone()}</a> "\n" }.into_any() } else { view! { {line} "\n" }.into_any() }
    };
    let lines = text.lines().map(line).collect_view();
    view! {
        <li class="panel">
            <h2>{subject}</h2>
            <p>{tr_view!("To {recipient}, {moment}", recipient = recipient, moment = view! { <Moment at=made_at /> })}</p>
            <p class="mail-text">{lines}</p>
        </li>
    }
}
