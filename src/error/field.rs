//! The inputs that a refusal can be about.

/// Which input a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The quantity.
    Quantity,
    /// The user name.
    Username,
    /// The e-mail address.
    Email,
    /// The password.
    Password,
    /// The password of whoever is logged in.
    CurrentPassword,
    /// The code of the second factor.
    Code,
    /// The name of a passkey.
    Name,
    /// The code of a coupon.
    Coupon,
    /// The last part of a product's address.
    Slug,
    /// Which variant a product is.
    Options,
    /// How many there are of a product.
    Stock,
    /// A picture that is sent in.
    Picture,
}

impl Field {
    /// The input's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::Username => "username",
            Self::Email => "email",
            Self::Password => "password",
            Self::CurrentPassword => "current_password",
            Self::Code => "code",
            Self::Name => "name",
            Self::Coupon => "coupon",
            Self::Slug => "slug",
            Self::Options => "options",
            Self::Stock => "stock",
            Self::Picture => "picture",
        }
    }
}
