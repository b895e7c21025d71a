//! `/`: everything for sale, with search, shelves and order in the address.

use crate::{
    components::{frame::Frame, product_card::ProductGrid},
    domain::{
        catalogue::Catalogue,
        filter::{Filter, Sort},
        product::Category,
    },
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use std::sync::Arc;

/// The front page.
#[component]
pub fn CataloguePage() -> impl IntoView {
    let catalogue = use_context::<Arc<Catalogue>>().unwrap_or_default();
    let query = use_query_map().get_untracked();
    let filter = Filter::parse(query.get_str("q"), query.get_str("category"), query.get_str("sort"));
    let shelf = filter.category.as_ref().and_then(|slug| catalogue.categories().iter().find(|category| category.slug == *slug).cloned());
    let found = catalogue.select(&filter).len();
    let html = catalogue.kept_html(&filter, || {
        let products = catalogue.select(&filter).into_iter().cloned().collect();
        view! { <ProductGrid products currency=catalogue.currency() /> }.to_html()
    });
    let heading = heading(&filter, shelf.as_ref());
    let is_front = filter.search.is_empty() && shelf.is_none();
    let title = heading.clone();
    let list = if found > 0 {
        view! { <ul class="product-grid" aria-label="Products" inner_html=html.to_string()></ul> }.into_any()
    } else {
        view! { <Nothing is_filtered=filter != Filter::default() /> }.into_any()
    };
    let count = if found == 1 { "1 product".to_owned() } else { format!("{found} products") };
    view! {
        <Frame title description="Well-made things for the desk, the ears and the road, in a cart that lives on the server.".to_owned()>
            <div class="catalogue-head">
                <h1>{heading}</h1>
                {is_front.then(|| view! { <p class="lead">"Well-made things for the desk, the ears and the road."</p> })}
                <p class="catalogue-count" role="status">{count}</p>
            </div>
            <nav class="shelves" aria-label="Categories">
                <Shelf filter=filter.clone() category=None />
                {catalogue.categories().iter().map(|category| view! { <Shelf filter=filter.clone() category=Some(category.clone()) /> }).collect_view()}
            </nav>
            <SortMenu filter />
            {list}
        </Frame>
    }
}

fn heading(filter: &Filter, shelf: Option<&Category>) -> String {
    match (filter.search.as_str(), shelf) {
        ("", None) => "Things worth carrying".to_owned(),
        ("", Some(shelf)) => shelf.name.clone(),
        (search, None) => format!("Results for “{search}”"),
        (search, Some(shelf)) => format!("Results for “{search}” in {}", shelf.name),
    }
}

/// A link to one shelf, or to all, that keeps search and order.
#[component]
fn Shelf(filter: Filter, category: Option<Category>) -> impl IntoView {
    let slug = category.as_ref().map(|category| category.slug.clone());
    let current = (filter.category == slug).then_some("page");
    let mut query = ParamsMap::new();
    if !filter.search.is_empty() {
        query.insert("q", filter.search.clone());
    }
    if let Some(slug) = slug {
        query.insert("category", slug.to_string());
    }
    if filter.sort != Sort::default() {
        query.insert("sort", filter.sort.key().to_owned());
    }
    let name = category.map_or_else(|| "Everything".to_owned(), |category| category.name);
    view! { <a class="shelf" href=format!("/{}", query.to_query_string()) aria-current=current>{name}</a> }
}

/// The order, as a form: complete without scripts.
#[component]
fn SortMenu(filter: Filter) -> impl IntoView {
    let option = |sort: Sort| view! { <option value=sort.key() selected=sort == filter.sort>{sort.label()}</option> };
    let search = (!filter.search.is_empty()).then(|| view! { <input type="hidden" name="q" value=filter.search.clone() /> });
    let shelf = filter.category.as_ref().map(|slug| view! { <input type="hidden" name="category" value=slug.to_string() /> });
    view! {
        <form class="sort" action="/" method="get">
            {search}
            {shelf}
            <label for="sort">"Sort by"</label>
            <select id="sort" name="sort">{Sort::ALL.map(option).collect_view()}</select>
            <button type="submit" class="button-quiet">"Sort"</button>
        </form>
    }
}

#[component]
fn Nothing(is_filtered: bool) -> impl IntoView {
    if is_filtered {
        view! {
            <div class="empty">
                <p class="lead">"Nothing matches."</p>
                <p><a class="button" href="/">"Show everything"</a></p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="empty">
                <p class="lead">"There is nothing for sale yet."</p>
                <p>"The shop keeper fills the shelves with " <code>"satchel catalogue import FILE"</code> "."</p>
            </div>
        }
        .into_any()
    }
}
