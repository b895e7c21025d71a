//! The fields of a product at the desk, with what is wrong with each beside it.

use crate::{
    components::{
        own_part::typed,
        refusal::refusal_of,
        text_field::{TextField, why_no_line},
    },
    domain::{
        desk_products::ProductTexts,
        money::{Currency, Price},
        product_field::ProductField,
    },
    error::{AppError, Field},
    tr,
    words::{number, say},
};
use leptos::prelude::*;

/// The id of the list of shelves.
const SHELVES: &str = "shelves";

/// The fields. A form that was refused comes back with what was typed.
#[component]
pub fn ProductFields(
    /// The address of their form.
    form: &'static str,
    /// What they hold.
    texts: ProductTexts,
    /// The fields that are asked for.
    fields: Vec<ProductField>,
    /// The names of the shop's shelves.
    shelves: Vec<String>,
    /// The shop's currency.
    currency: Currency,
) -> impl IntoView {
    let refusal = refusal_of(form);
    let is_changed = refusal == Some(AppError::ProductChanged);
    // The first field that is wrong is where the keeper goes on.
    let mut is_next = true;
    let inputs: Vec<_> = fields
        .into_iter()
        .map(|field| {
            let stored = texts.get(field).to_owned();
            let value = refusal.and_then(|_| typed(form, field.as_str())).unwrap_or_else(|| stored.clone());
            let why = refusal.and_then(|refusal| why_wrong(field, &value, refusal, currency));
            let has_focus = why.is_some() && std::mem::replace(&mut is_next, false);
            let is_other = is_changed && field.tidied(&value, currency) != stored;
            let hint = if is_other { tr!("Stored now: {text}", text = stored) } else { hint(field, currency) };
            view! {
                <TextField name=field.as_str() label=say(field.label()) autocomplete="off" value max=field.max() is_required=is_required(field)
                    is_long=field == ProductField::Description keyboard=keyboard(field) list=list(field) why has_focus hint />
            }
        })
        .collect();
    view! {
        {inputs}
        <datalist id=SHELVES>{shelves.into_iter().map(|shelf| view! { <option value=shelf></option> }).collect_view()}</datalist>
    }
}

/// An address that is left empty is made of the name.
fn is_required(field: ProductField) -> bool {
    field.is_required() && field != ProductField::Slug
}

fn why_wrong(field: ProductField, value: &str, refusal: AppError, currency: Currency) -> Option<String> {
    if refusal.field().map(Field::name) == Some(field.as_str()) {
        return Some(say(refusal.sentence()));
    }
    let text = field.tidied(value, currency);
    let is_left_out = text.is_empty() && !is_required(field);
    if is_left_out || field.takes(&text, currency) {
        return None;
    }
    Some(match field {
        _ if text.is_empty() => why_no_line(&text, field.max()),
        ProductField::Slug => tr!("Please use small letters from a to z, digits, and single hyphens between them."),
        ProductField::Price => tr!("Please write a price such as 12.50, without a mark between thousands."),
        ProductField::Options => tr!("Please write up to three options, such as “Colour: blue; Size: large”."),
        ProductField::Description => tr!("Please write at most {max} characters.", max = number(field.max())),
        ProductField::Name | ProductField::Category | ProductField::Summary => why_no_line(&text, field.max()),
    })
}

fn hint(field: ProductField, currency: Currency) -> String {
    match field {
        ProductField::Slug => tr!("Made of the name if you leave it empty. It cannot be changed later."),
        ProductField::Price => {
            let example = Price::minor(1_250).map(|price| price.decimal(currency)).unwrap_or_default();
            tr!("Such as {example}, in the currency of the shop.", example)
        }
        ProductField::Summary => tr!("One sentence, which lists show."),
        ProductField::Options => tr!("Where there are several variants: what tells this one apart, such as “Colour: blue; Size: large”."),
        ProductField::Name | ProductField::Category | ProductField::Description => String::new(),
    }
}

const fn keyboard(field: ProductField) -> &'static str {
    if matches!(field, ProductField::Price) { "decimal" } else { "" }
}

const fn list(field: ProductField) -> &'static str {
    if matches!(field, ProductField::Category) { SHELVES } else { "" }
}
