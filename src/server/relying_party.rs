//! The name by which passkeys know the shop: the host of its base URL, and never the `Host` of a request.

use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{Url, WebauthnError},
};

/// The shop's name, as browsers show it beside a question for a passkey.
const NAME: &str = "Satchel";

/// The shop at this origin; nothing where it has an address of numbers, which passkeys do not know (Web Authentication
/// Level 3, 5.1.3, step 7: a domain).
pub fn of(base_url: &str) -> Result<Option<Webauthn>, WebauthnError> {
    let Ok(origin) = Url::parse(base_url) else { return Ok(None) };
    let Some(host) = origin.domain() else { return Ok(None) };
    WebauthnBuilder::new(host, &origin)?.rp_name(NAME).build().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_with_a_host_name_has_passkeys_and_one_with_a_number_has_none() {
        for base_url in ["https://shop.example", "https://shop.example:8443", "http://localhost:3000"] {
            assert!(of(base_url).expect("settings").is_some(), "{base_url}");
        }
        for base_url in ["http://127.0.0.1:3000", "https://[::1]:3000", "nonsense"] {
            assert!(of(base_url).expect("settings").is_none(), "{base_url}");
        }
    }
}
