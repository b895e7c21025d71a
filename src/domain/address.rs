//! Where an order goes.

use serde::{Deserialize, Serialize};

/// A postal address. Each part is one line, without blanks at its ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    name: String,
    street: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    extra: String,
    postal_code: String,
    city: String,
    country: String,
}

/// A part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressField {
    /// Who gets it.
    Name,
    /// Street and number.
    Street,
    /// A second line, which may be empty.
    Extra,
    /// The postal code.
    PostalCode,
    /// The city.
    City,
    /// The country.
    Country,
}

impl AddressField {
    /// Every part, in the order of a form.
    pub const ALL: [Self; 6] = [Self::Name, Self::Street, Self::Extra, Self::PostalCode, Self::City, Self::Country];

    /// The name of its input.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Street => "street",
            Self::Extra => "extra",
            Self::PostalCode => "postal_code",
            Self::City => "city",
            Self::Country => "country",
        }
    }

    /// What browsers fill in there (WHATWG HTML, "Autofill").
    pub const fn autocomplete(self) -> &'static str {
        match self {
            Self::Name => "shipping name",
            Self::Street => "shipping address-line1",
            Self::Extra => "shipping address-line2",
            Self::PostalCode => "shipping postal-code",
            Self::City => "shipping address-level2",
            Self::Country => "shipping country-name",
        }
    }

    /// The most characters.
    pub const fn max(self) -> usize {
        match self {
            Self::PostalCode => 16,
            _ => 100,
        }
    }

    /// Whether it may not be empty.
    pub const fn is_required(self) -> bool {
        !matches!(self, Self::Extra)
    }

    /// Reads what was typed there; nothing if it is missing, too long, or not one line.
    pub fn parse(self, typed: &str) -> Option<String> {
        let text = typed.trim();
        let is_good = text.chars().count() <= self.max() && !text.chars().any(char::is_control);
        (is_good && !(text.is_empty() && self.is_required())).then(|| text.to_owned())
    }
}

impl Address {
    /// Reads an address from what was typed into each field; nothing if one of them is not right ([`AddressField::parse`]).
    pub fn parse<'t>(typed: impl Fn(AddressField) -> &'t str) -> Option<Self> {
        let part = |field: AddressField| field.parse(typed(field));
        Some(Self {
            name: part(AddressField::Name)?,
            street: part(AddressField::Street)?,
            extra: part(AddressField::Extra)?,
            postal_code: part(AddressField::PostalCode)?,
            city: part(AddressField::City)?,
            country: part(AddressField::Country)?,
        })
    }

    /// A part of it.
    pub fn get(&self, field: AddressField) -> &str {
        match field {
            AddressField::Name => &self.name,
            AddressField::Street => &self.street,
            AddressField::Extra => &self.extra,
            AddressField::PostalCode => &self.postal_code,
            AddressField::City => &self.city,
            AddressField::Country => &self.country,
        }
    }

    /// As it is written on a parcel.
    pub fn lines(&self) -> Vec<String> {
        let city = format!("{} {}", self.postal_code, self.city);
        [&self.name, &self.street, &self.extra, &city, &self.country].into_iter().filter(|line| !line.trim().is_empty()).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(field: AddressField) -> &'static str {
        match field {
            AddressField::Name => "  Ada Lovelace ",
            AddressField::Street => "12 St James's Square",
            AddressField::Extra => "",
            AddressField::PostalCode => "SW1Y 4JH",
            AddressField::City => "London",
            AddressField::Country => "United Kingdom",
        }
    }

    #[test]
    fn an_address_is_written_as_on_a_parcel() {
        let address = Address::parse(typed).expect("an address");
        assert_eq!(address.lines(), ["Ada Lovelace", "12 St James's Square", "SW1Y 4JH London", "United Kingdom"]);
        for field in AddressField::ALL {
            assert_eq!(address.get(field), typed(field).trim());
        }
    }

    #[test]
    fn each_part_is_one_line_within_its_bounds() {
        for wrong in AddressField::ALL {
            let (long, most) = ("é".repeat(wrong.max() + 1), "é".repeat(wrong.max()));
            for bad in ["a\nb", "a\u{0}b", &long] {
                assert_eq!(Address::parse(|field| if field == wrong { bad } else { typed(field) }), None, "{wrong:?} {bad:.9}");
            }
            assert!(Address::parse(|field| if field == wrong { &most } else { typed(field) }).is_some(), "{wrong:?}");
            let without = Address::parse(|field| if field == wrong { "  " } else { typed(field) });
            assert_eq!(without.is_none(), wrong.is_required(), "{wrong:?}");
        }
    }
}
