//! `/`: everything for sale, with search, shelves, prices and order in the address.

use crate::{
    components::{
        catalogue_language::catalogue_language, frame::Frame, list_form::ListForm, nothing_found::NothingFound, own_part::OwnPart,
        page_card::PageCard, product_card::ProductGrid, share_picture::ShopSharePicture,
    },
    domain::{
        catalogue::{Catalogue, Selection},
        filter::{Filter, ListQuery, Sort},
        page_request::Hole,
        product::Category,
    },
    tr, tr_n, tr_view, words,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

/// The front page.
#[component]
pub fn CataloguePage() -> impl IntoView {
    let catalogue = use_context::<Arc<Catalogue>>().unwrap_or_default();
    let query = use_query_map().get_untracked();
    let filter = Filter::parse(&ListQuery::of(|name| query.get_str(name).map(str::to_owned)));
    let shelf = filter.category.as_ref().and_then(|slug| catalogue.categories().iter().find(|category| category.slug == *slug).cloned());
    let mut selection = catalogue.select(&filter);
    let (found, pages) = (selection.found, selection.pages());
    // The gate redirects to the last page. This is for addresses that it reads differently.
    let filter = filter.on_page(filter.page.min(pages - 1));
    if selection.products.is_empty() && found > 0 {
        selection = catalogue.select(&filter);
    }
    let shelves = shelves(&filter, &catalogue, &selection);
    let currency = catalogue.currency();
    let heading = heading(&filter, shelf.as_ref());
    let is_front = filter.search.is_empty() && shelf.is_none() && filter.page == 0;
    let title = if filter.page == 0 { heading.clone() } else { tr!("{heading}, page {page}", heading, page = filter.page + 1) };
    let list = if found > 0 {
        view! {
            <ul class="product-grid" aria-label=tr!("Products")><ProductGrid products=selection.products currency /></ul>
            {(pages > 1).then(|| view! { <PageLinks filter=filter.clone() pages /> })}
        }
        .into_any()
    } else {
        view! { <Empty filter=filter.clone() catalogue=catalogue.clone() /> }.into_any()
    };
    let description = tr!("Well-made things for the desk, the ears and the road, in a cart that lives on the server.");
    // The order of a list and a choice from it make no other page, and a search is none that others should find.
    let whole = if filter.is_narrowed() { filter.widened() } else { filter.clone() };
    let canonical = filter.search.is_empty().then(|| Filter { sort: Sort::default(), ..whole }.address());
    let count = tr_n!(found, "{count} product", "{count} products");
    view! {
        <Frame title=title.clone() description=description.clone()>
            {canonical.map(|path| view! { <PageCard path title description kind="website" /><ShopSharePicture /> })}
            <div class="catalogue-head">
                <h1>{heading}</h1>
                {is_front.then(|| view! { <p class="lead">{tr!("Well-made things for the desk, the ears and the road.")}</p> })}
                <p class="catalogue-count" role="status">{count}</p>
            </div>
            <nav class="shelves" aria-label=tr!("Categories")>
                {shelves}
            </nav>
            <ListForm filter currency />
            {list}
        </Frame>
    }
}

fn heading(filter: &Filter, shelf: Option<&Category>) -> String {
    match (filter.search.as_str(), shelf) {
        ("", None) => tr!("Things worth carrying"),
        ("", Some(shelf)) => shelf.name.clone(),
        (search, None) => tr!("Results for “{search}”", search),
        (search, Some(shelf)) => tr!("Results for “{search}” in {shelf}", search, shelf = shelf.name),
    }
}

/// Links to everything and to each shelf.
fn shelves(filter: &Filter, catalogue: &Catalogue, selection: &Selection) -> impl IntoView + use<> {
    let shelf = |(category, count): (Option<Category>, usize)| view! { <Shelf filter=filter.clone() category count /> };
    let each = catalogue.categories().iter().cloned().map(Some).zip(selection.on_shelves.iter().copied());
    std::iter::once((None, selection.everywhere)).chain(each).map(shelf).collect_view()
}

/// A link to one shelf, or to all, that keeps search and order, and says how much is there.
#[component]
fn Shelf(filter: Filter, category: Option<Category>, count: usize) -> impl IntoView {
    let slug = category.as_ref().map(|category| category.slug.clone());
    let current = (filter.category == slug).then_some("page");
    let (name, lang) = category.map_or_else(|| (tr!("Everything"), None), |category| (category.name, catalogue_language()));
    view! {
        <a class="shelf" href=filter.on_shelf(slug).address() aria-current=current>
            <span lang=lang>{name}</span>
            " "
            <span class="shelf-count">{words::number(count)}</span>
        </a>
    }
}

/// Links to the next and the previous page of the list.
#[component]
fn PageLinks(filter: Filter, pages: u32) -> impl IntoView {
    let previous = filter.page.checked_sub(1).map(|page| filter.on_page(page).address());
    let next = (filter.page + 1 < pages).then(|| filter.on_page(filter.page + 1).address());
    view! {
        <nav class="page-links" aria-label=tr!("Pages")>
            {previous.map(|address| view! { <a class="button-quiet" rel="prev" href=address>{tr!("Previous")}</a> })}
            <p>{tr!("Page {page} of {pages}", page = filter.page + 1, pages)}</p>
            {next.map(|address| view! { <a class="button-quiet" rel="next" href=address>{tr!("Next")}</a> })}
        </nav>
    }
}

/// What stands in place of a list that is empty.
#[component]
fn Empty(filter: Filter, catalogue: Arc<Catalogue>) -> impl IntoView {
    if filter != Filter::default() {
        return view! { <NothingFound filter catalogue /> <OwnPart of=Hole::Viewed /> }.into_any();
    }
    view! {
        <div class="empty">
            <p class="lead">{tr!("There is nothing for sale yet.")}</p>
            <p>{tr_view!("The shop keeper fills the shelves with {command}.", command = view! { <code>"satchel catalogue import FILE"</code> })}</p>
        </div>
    }
    .into_any()
}
