//! What a visitor typed into a form that was refused, so that the page it comes back to shows it again.

use serde::{Deserialize, Serialize};

/// The fields that are shown again, by their form's address. What is not named here is never kept: passwords, codes and
/// the tokens of links.
const KEPT: [(&str, &[&str]); 14] = [
    ("/api/add_to_cart", &["product", "quantity"]),
    ("/api/set_quantity", &["product", "quantity"]),
    ("/api/log_in", &["login", "remember"]),
    ("/api/register", &["username", "email"]),
    ("/api/request_password_reset", &["login"]),
    ("/api/change_email", &["email"]),
    ("/api/delete_account", &["is_sure"]),
    ("/api/save_address", &["email", "name", "street", "extra", "postal_code", "city", "country"]),
    ("/api/place_order", &["payment"]),
    ("/api/apply_coupon", &["coupon"]),
    ("/api/desk/add_product", &PRODUCT),
    ("/api/desk/change_product", &PRODUCT),
    ("/api/desk/describe_picture", &["picture", "text"]),
    ("/api/desk/set_stock", &["stock"]),
];
/// The fields of a product at the desk.
const PRODUCT: [&str; 7] = ["slug", "name", "category", "price", "options", "summary", "description"];

/// What was typed into one form. It waits in the session for one page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    form: String,
    fields: Vec<(String, String)>,
    /// The number of the account for which it waits; nothing where it is for whoever sees the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<i64>,
}

impl Typed {
    /// Of a longer text, so many characters are kept: no e-mail address has more (RFC 5321, 4.5.3.1).
    pub const MAX_LENGTH: usize = 320;
    /// The same of the description of a product, and some more, so that one that is too long is seen to be.
    const MAX_DESCRIPTION: usize = 2_100;

    /// Whether anything of a form would be kept.
    pub fn is_kept(form: &str) -> bool {
        kept(form).is_some()
    }

    /// What is kept of the fields that were sent to a form; nothing where that is nothing.
    pub fn of<'f>(form: &str, sent: impl IntoIterator<Item = (&'f str, &'f str)>) -> Option<Self> {
        let names = kept(form)?;
        let is_kept = |(name, value): &(&str, &str)| names.contains(name) && !value.is_empty();
        let max = |name: &str| if name == "description" { Self::MAX_DESCRIPTION } else { Self::MAX_LENGTH };
        let cut = |(name, value): (&str, &str)| (name.to_owned(), value.chars().take(max(name)).collect());
        // A name that comes often is no reason to keep more.
        let fields: Vec<_> = sent.into_iter().filter(is_kept).take(names.len()).map(cut).collect();
        (!fields.is_empty()).then(|| Self { form: form.to_owned(), fields, account: None })
    }

    /// The same, kept until this account is logged in again: its login had ended when the form was sent.
    #[must_use]
    pub fn waiting_for(self, account: i64) -> Self {
        Self { account: Some(account), ..self }
    }

    /// Whether it may be shown to whoever is logged in to this account, or to a guest.
    pub fn is_for(&self, account: Option<i64>) -> bool {
        self.account.is_none() || self.account == account
    }

    /// The same without the account's number.
    #[must_use]
    pub fn without_account(self) -> Self {
        Self { account: None, ..self }
    }

    /// Whether it waits for this account.
    pub fn waits_for(&self, account: i64) -> bool {
        self.account == Some(account)
    }

    /// What was typed into a field of a form.
    pub fn value(&self, form: &str, field: &str) -> Option<&str> {
        let (_, value) = self.fields.iter().find(|(name, _)| self.form == form && name == field)?;
        Some(value)
    }
}

fn kept(form: &str) -> Option<&'static [&'static str]> {
    KEPT.iter().find(|(known, _)| *known == form).map(|(_, names)| *names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_but_for_what_is_secret_and_what_is_too_long() {
        let long = "a".repeat(1_000);
        let typed = Typed::of("/api/register", [("username", "a b"), ("email", &long), ("password", "violet"), ("next", "/cart")]);
        let typed = typed.expect("kept");
        assert_eq!(typed.value("/api/register", "username"), Some("a b"));
        assert_eq!(typed.value("/api/register", "email").map(str::len), Some(Typed::MAX_LENGTH));
        for (form, field) in [("/api/register", "password"), ("/api/register", "next"), ("/api/log_in", "username")] {
            assert_eq!(typed.value(form, field), None, "{form} {field}");
        }
        let secret = [("password", "x"), ("current_password", "x"), ("code", "123456"), ("token", "x"), ("answer", "x")];
        for (form, _) in KEPT {
            assert_eq!(Typed::of(form, secret), None, "{form}");
        }
        assert_eq!(Typed::of("/api/log_in_by_code", [("login", "ada")]), None, "another form");
        let waiting = typed.clone().waiting_for(7);
        assert!(typed.is_for(None) && typed.is_for(Some(7)) && !typed.waits_for(7), "whoever sees the next page");
        assert_eq!([None, Some(8), Some(7)].map(|account| waiting.is_for(account)), [false, false, true]);
        assert_eq!((waiting.waits_for(8), waiting.without_account()), (false, typed));
        let many = Typed::of("/api/log_in", std::iter::repeat_n(("login", "ada"), 1_000)).expect("kept");
        assert_eq!(many.fields.len(), 2, "bounded");
    }
}
