//! Which variant of a product is shown: a link to each other one, option by option.

use crate::{
    components::catalogue_language::catalogue_language,
    domain::{catalogue::Catalogue, product::Product},
    tr,
};
use leptos::prelude::*;
use std::sync::Arc;

/// For each option, such as the size, its values. A value leads to the variant that has it and otherwise the most in common with the
/// one that is shown. Nothing where there is no choice.
#[component]
pub fn VariantChoice(
    /// What is sold.
    catalogue: Arc<Catalogue>,
    /// What is shown.
    product: Product,
) -> impl IntoView {
    let shown = &product.variant.as_ref()?.options;
    let variants = catalogue.variants(&product);
    let of_option = |(place, name): (usize, &str)| {
        let mut values: Vec<&str> = Vec::new();
        for value in variants.iter().filter_map(|one| one.variant.as_ref()?.options.values().nth(place)) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let links = values.into_iter().filter_map(|value| {
            let all = variants.iter().filter_map(|one| Some((one, &one.variant.as_ref()?.options)));
            let with_it = all.filter(|(_, options)| options.values().nth(place) == Some(value));
            // Of several, the first: the shop keeper's order counts.
            let (one, _) = with_it.rev().max_by_key(|(_, options)| options.in_common(shown, place))?;
            let is_shown = shown.values().nth(place) == Some(value);
            let sold_out = (one.stock == 0).then(|| view! { <span class="variant-note">{tr!("Sold out")}</span> });
            Some(view! {
                <li>
                    <a class="variant" class:is-sold-out=one.stock == 0 href=format!("/products/{}", one.slug) aria-current=is_shown.then_some("true")>
                        <span lang=catalogue_language()>{value.to_owned()}</span> {sold_out}
                    </a>
                </li>
            })
        });
        let id = format!("option-{place}");
        view! {
            <nav class="variants" aria-labelledby=id>
                <p id=id.clone() class="variants-name" lang=catalogue_language()>{name.to_owned()}</p>
                <ul>{links.collect_view()}</ul>
            </nav>
        }
    };
    (variants.len() > 1).then(|| shown.names().enumerate().map(of_option).collect_view())
}
