//! The words of mails about a role.

use super::Content;
use crate::{domain::desk::DESK, tr};

pub(super) fn granted() -> Content {
    Content {
        subject: tr!("You are a shop keeper"),
        says: tr!(
            "We gave your account the role of a shop keeper. From now on you see the orders of all customers, and can send and cancel them. Please protect your account with a second factor or a passkey. Your desk:"
        ),
        link: Some((tr!("Desk"), DESK.to_owned())),
        closes: tr!("If you did not expect that, please write to us."),
    }
}

pub(super) fn withdrawn() -> Content {
    Content {
        subject: tr!("You are no longer a shop keeper"),
        says: tr!("Your account no longer has the role of a shop keeper. Everything else in it stays as it is."),
        link: None,
        closes: tr!("If you did not expect that, please write to us."),
    }
}
