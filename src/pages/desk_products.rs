//! `/desk/products`: all products, hidden ones included, for a shop keeper alone.

use crate::{
    components::{
        desk_frame::{DeskFrame, DeskTable},
        own_part::private,
    },
    domain::{
        desk::DeskPage,
        desk_products::{DESK_NEW_PRODUCT, DESK_PRODUCTS, ListedProduct, ProductFilter, ProductList, Sale, Which, desk_product},
        money::Currency,
        product::StockLevel,
    },
    pages::not_found::NotFoundPage,
    tr, words,
};
use leptos::{either::Either, prelude::*};

/// The list of products; for anybody else, the page of what does not exist.
#[component]
pub fn DeskProductsPage() -> impl IntoView {
    private(|request| match request.desk.clone() {
        Some(DeskPage::Products(list)) => Either::Left(list_of(list)),
        _ => Either::Right(view! { <NotFoundPage /> }),
    })
}

fn list_of(list: ProductList) -> impl IntoView {
    let ProductList { filter, products, has_more, currency } = list;
    let before = filter.page.checked_sub(1).map(|page| filter.address(page));
    let after = has_more.then(|| filter.address(filter.page.saturating_add(1)));
    let rows = if products.is_empty() {
        view! { <p role="status">{tr!("No product matches.")} " " <a href=DESK_PRODUCTS>{tr!("Show all products")}</a></p> }.into_any()
    } else {
        view! { <ProductTable caption=tr!("Products, in the order of the shop") products currency /> }.into_any()
    };
    view! {
        <DeskFrame title=tr!("Products") here=DESK_PRODUCTS>
            <p><a class="button" href=DESK_NEW_PRODUCT>{tr!("Add a product")}</a></p>
            <Search filter />
            {rows}
            {(before.is_some() || after.is_some()).then(|| view! {
                <nav class="page-links" aria-label=tr!("Pages")>
                    {before.map(|address| view! { <a class="button-quiet" rel="prev" href=address>{tr!("Previous")}</a> })}
                    {after.map(|address| view! { <a class="button-quiet" rel="next" href=address>{tr!("Next")}</a> })}
                </nav>
            })}
        </DeskFrame>
    }
}

/// Some products, each with a link to its page at the desk.
#[component]
pub fn ProductTable(
    /// What it lists.
    caption: String,
    /// The products.
    products: Vec<ListedProduct>,
    /// The shop's currency.
    currency: Currency,
) -> impl IntoView {
    let columns = [tr!("Product"), tr!("Shelf"), tr!("Price"), tr!("Stock"), tr!("For sale")];
    let row = move |product: ListedProduct| {
        view! {
            <tr>
                <th scope="row"><a href=desk_product(&product.slug)>{product.name}</a></th>
                <td>{product.category}</td>
                <td class="amount">{product.price.money().display(currency)}</td>
                <td class="amount">{words::number(product.stock)}</td>
                <td>{sale_name(product.sale)}</td>
            </tr>
        }
    };
    view! { <DeskTable caption columns=columns.into()>{products.into_iter().map(row).collect_view()}</DeskTable> }
}

/// Whether a product is for sale, in words.
pub fn sale_name(sale: Sale) -> String {
    match sale {
        Sale::Shown(StockLevel::SoldOut) => tr!("Sold out"),
        Sale::Shown(StockLevel::Few) => tr!("Few left"),
        Sale::Shown(StockLevel::Many) => tr!("For sale"),
        Sale::Hidden => tr!("Hidden"),
        Sale::HiddenWithMain => tr!("Hidden with its main product"),
    }
}

/// A form that works without scripts.
#[component]
fn Search(filter: ProductFilter) -> impl IntoView {
    let ProductFilter { search, which, .. } = filter;
    let name = |which| match which {
        Which::All => tr!("Any"),
        Which::Hidden => tr!("Hidden"),
        Which::SoldOut => tr!("Sold out"),
        Which::Few => tr!("Few left"),
    };
    let option = |one: Which| view! { <option value=one.key() selected=which == one>{name(one)}</option> };
    view! {
        <form class="desk-search" action=DESK_PRODUCTS method="get" role="search" aria-label=tr!("Products")>
            <div class="field">
                <label for="desk-q">{tr!("Name or last part of the address")}</label>
                <input id="desk-q" type="search" name="q" value=search maxlength=ProductFilter::MAX_SEARCH.to_string() />
            </div>
            <div class="field">
                <label for="desk-which">{tr!("Status")}</label>
                <select id="desk-which" name="which">{Which::ALL.map(option).collect_view()}</select>
            </div>
            <button type="submit" class="button-quiet">{tr!("Show")}</button>
        </form>
    }
}
