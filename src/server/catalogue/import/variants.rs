//! What must be true of the variants of a product together.

use crate::{domain::product::Options, error::AppError, server::db::product::ProductRow};
use std::collections::{HashMap, HashSet};

/// The most variants of one product: each has a link on the pages of all others.
const MAX: usize = 100;

/// What is wrong with a variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariantFault {
    /// There is no such product.
    #[error("is {0}, which is not in the file")]
    NoMain(String),
    /// It cannot stand for others.
    #[error("is {0}, which is a variant itself")]
    MainIsVariant(String),
    /// There are too many.
    #[error("is {0}, of which there are more than {MAX} variants")]
    TooMany(String),
    /// Lists show all variants as one, on one shelf.
    #[error("must be that of {0}")]
    OtherShelf(String),
    /// The options have other names.
    #[error("must name the same as those of {0}: {1}")]
    OtherOptions(String, String),
    /// The main product has no options.
    #[error("must be there at {0}, too")]
    NoOptions(String),
    /// There is one like it.
    #[error("are those of another variant of {0}")]
    SameOptions(String),
}

impl VariantFault {
    /// The field that is wrong.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NoMain(_) | Self::MainIsVariant(_) | Self::TooMany(_) => "variant_of",
            Self::OtherShelf(_) => "category",
            Self::OtherOptions(..) | Self::NoOptions(_) | Self::SameOptions(_) => "options",
        }
    }
}

impl From<VariantFault> for AppError {
    fn from(fault: VariantFault) -> Self {
        match fault {
            VariantFault::TooMany(_) => Self::CatalogueFull,
            VariantFault::NoMain(_) | VariantFault::MainIsVariant(_) => Self::UnknownProduct,
            VariantFault::OtherShelf(_) => Self::InvalidProduct,
            VariantFault::OtherOptions(..) | VariantFault::NoOptions(_) | VariantFault::SameOptions(_) => Self::OptionsDoNotFit,
        }
    }
}

/// What is wrong with the variants among these products, each of which is right by itself, with the slug of each.
pub fn faults(rows: &[ProductRow]) -> impl Iterator<Item = (&str, VariantFault)> {
    let by_slug: HashMap<&str, &ProductRow> = rows.iter().map(|row| (row.slug.as_str(), row)).collect();
    // Of each main product, which options are there. Its own come first, wherever it stands in the file.
    let mut taken: HashMap<&str, HashSet<&str>> = HashMap::new();
    for row in rows.iter().filter(|row| row.variant_of.is_empty()) {
        taken.entry(&row.slug).or_default().insert(&row.options);
    }
    let names = |row: &ProductRow| Options::parse(&row.options).map(|options| options.names().map(str::to_owned).collect::<Vec<_>>());
    let of_one = move |row| {
        let ProductRow { variant_of: slug, options, category, .. }: &ProductRow = row;
        let Some(main) = by_slug.get(slug.as_str()) else { return vec![VariantFault::NoMain(slug.clone())] };
        if !main.variant_of.is_empty() {
            return vec![VariantFault::MainIsVariant(slug.clone())];
        }
        let shelf = (main.category != *category).then(|| VariantFault::OtherShelf(slug.clone()));
        let options_fault = match (names(main), names(row)) {
            (Ok(of_main), Ok(own)) if of_main == own => None,
            (Ok(of_main), _) => Some(VariantFault::OtherOptions(slug.clone(), of_main.join(", "))),
            (Err(_), _) => Some(VariantFault::NoOptions(slug.clone())),
        };
        let all = taken.entry(&main.slug).or_default();
        let choice = if all.insert(options) {
            (all.len() > MAX).then(|| VariantFault::TooMany(slug.clone()))
        } else {
            Some(VariantFault::SameOptions(slug.clone()))
        };
        [shelf, options_fault, choice].into_iter().flatten().collect()
    };
    let of_variants = rows.iter().filter(|row| !row.variant_of.is_empty()).map(|row| row.slug.as_str());
    of_variants
        .zip(rows.iter().filter(|row| !row.variant_of.is_empty()).map(of_one))
        .flat_map(|(slug, faults)| faults.into_iter().map(move |fault| (slug, fault)))
}
