//! Pages that are rendered once: templates, their holes, and which of them are kept.

use crate::{
    domain::{
        catalogue::Catalogue,
        filter::{Filter, ListQuery, Sort},
        page_request::{Hole, Marks},
        product::Slug,
    },
    server::gzip::{Joined, Packed},
    words::Language,
};
use axum::{extract::Query, http::Uri};
use flate2::Compression;
use quick_cache::{Weighter, sync::Cache};
use std::sync::Arc;

/// Memory for templates of lists, products and the page of what does not exist, in bytes.
const KNOWN: u64 = 32 * 1_024 * 1_024;
/// Memory for templates of what anybody can ask for in any number, in bytes. So they cannot push the others out.
const BOUNDLESS: u64 = 4 * 1_024 * 1_024;
/// The share of both for the pages whose order changes with what visitors like: they are kept until the next change.
const BY_LIKES: u64 = 8;
/// What one takes, about, in bytes: how many places are made ready follows from it.
const USUAL: u64 = 32 * 1_024;

/// A page that is the same for everybody but for its holes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A list of products that the catalogue has.
    List(Filter),
    /// What a search found, or what costs so much, or a shelf that is not there: anybody can ask for any number of them.
    Boundless(Filter),
    /// A product that is sold.
    Product(Slug),
    /// What is shown where nothing is.
    Nothing,
}

impl Key {
    /// The page at an address, if it is one of those that know nothing but the catalogue; `exists` says whether there is a route.
    ///
    /// One that says why a form was refused is not: that stands in its query.
    pub fn of(uri: &Uri, exists: bool, catalogue: &Catalogue) -> Option<Self> {
        if uri.query().is_some_and(|query| query.contains("__err")) {
            return None;
        }
        if is_nothing(uri, exists, catalogue) {
            return Some(Self::Nothing);
        }
        if uri.path() != "/" {
            return product_at(uri).map(Self::Product);
        }
        let filter = filter(uri)?;
        let is_shelf = |wanted: &Slug| catalogue.categories().iter().any(|category| category.slug == *wanted);
        let is_any = !filter.search.is_empty() || filter.least.is_some() || filter.most.is_some();
        let is_list = !is_any && filter.category.as_ref().is_none_or(is_shelf);
        Some(if is_list { Self::List(filter) } else { Self::Boundless(filter) })
    }

    /// The address it is rendered at.
    pub fn address(&self) -> String {
        match self {
            Self::List(filter) | Self::Boundless(filter) => filter.address(),
            Self::Product(slug) => format!("/products/{slug}"),
            Self::Nothing => "/nothing-here".to_owned(),
        }
    }

    fn is_boundless(&self) -> bool {
        matches!(self, Self::Boundless(_))
    }

    /// Whether it changes with what visitors like.
    fn is_by_likes(&self) -> bool {
        matches!(self, Self::List(filter) | Self::Boundless(filter) if filter.sort == Sort::MostLiked)
    }

    /// How hard the template is compressed. One that may never be asked for again is not worth much.
    pub fn compression(&self) -> Compression {
        if self.is_boundless() { Compression::fast() } else { Compression::best() }
    }
}

/// Whether nothing is at an address: no route, as `exists` says, or a product that is not sold.
pub fn is_nothing(uri: &Uri, exists: bool, catalogue: &Catalogue) -> bool {
    let is_sold = |slug: &str| Slug::parse(slug).is_ok_and(|slug| catalogue.product(&slug).is_some());
    !exists || product(uri).is_some_and(|slug| !is_sold(slug))
}

/// What the address of a product's page calls it.
fn product(uri: &Uri) -> Option<&str> {
    uri.path().strip_prefix("/products/")
}

/// The product whose page is at an address, whether it is sold or not.
pub fn product_at(uri: &Uri) -> Option<Slug> {
    product(uri).and_then(|slug| Slug::parse(slug).ok())
}

/// The query of `/`; nothing where it says one thing twice.
pub fn list_query(uri: &Uri) -> Option<ListQuery> {
    Query::try_from_uri(uri).ok().map(|query| query.0)
}

/// What it asks for.
pub fn filter(uri: &Uri) -> Option<Filter> {
    list_query(uri).map(|query| Filter::parse(&query))
}

/// A hole of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// The nonce by which a browser recognises our scripts; a new one in every answer.
    Nonce,
    /// A part that belongs to the visitor.
    Hole(Hole),
}

/// A rendered page with holes.
#[derive(Debug)]
pub struct Template {
    /// What is the same for everybody, each time with what is open behind it.
    parts: Vec<(Packed, Open)>,
    /// What stands behind the last of them.
    end: Packed,
}

impl Template {
    /// Takes apart a page that was rendered with these marks and this nonce.
    pub fn new(html: &str, marks: &Marks, nonce: &str, level: Compression) -> Self {
        let open: Vec<(String, Open)> =
            std::iter::once((nonce.to_owned(), Open::Nonce)).chain(Hole::ALL.map(|hole| (marks.of(hole), Open::Hole(hole)))).collect();
        let first = |text: &str| {
            let found = |(mark, open): &(String, Open)| text.find(mark).map(|at| (at, mark.len(), *open));
            open.iter().filter_map(found).min_by_key(|(at, ..)| *at)
        };
        let (mut parts, mut left) = (Vec::new(), html);
        while let Some((at, length, open)) = first(left) {
            parts.push((Packed::new(&left[..at], level), open));
            left = &left[at + length..];
        }
        Self { parts, end: Packed::new(left, level) }
    }

    /// The page with its holes filled.
    pub fn plain(&self, fill: &mut dyn FnMut(Open) -> String) -> String {
        let mut page = String::with_capacity(self.weight());
        for (fixed, open) in &self.parts {
            page.push_str(fixed.plain());
            page.push_str(&fill(*open));
        }
        page.push_str(self.end.plain());
        page
    }

    /// The same by gzip.
    pub fn gzip(&self, fill: &mut dyn FnMut(Open) -> String) -> Vec<u8> {
        let mut page = Joined::with_capacity(self.weight() / 2);
        for (fixed, open) in &self.parts {
            page.add_packed(fixed);
            // What else is filled in also says what the address says.
            let is_private_alone = *open == Open::Hole(Hole::Session);
            page.add(&fill(*open), is_private_alone);
        }
        page.add_packed(&self.end);
        page.finish()
    }

    /// Whether it has a place for the visitor's own parts, as each page has.
    pub fn is_whole(&self) -> bool {
        self.parts.iter().any(|(_, open)| *open == Open::Hole(Hole::Session))
    }

    fn weight(&self) -> usize {
        self.end.weight() + self.parts.iter().map(|(fixed, _)| fixed.weight()).sum::<usize>()
    }
}

/// What a template takes in memory.
#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<(Key, Language), Arc<Template>> for Bytes {
    fn weight(&self, (key, _): &(Key, Language), template: &Arc<Template>) -> u64 {
        let words = if let Key::Boundless(filter) = key { filter.search.len() } else { 0 };
        u64::try_from(template.weight() + words).unwrap_or(u64::MAX)
    }
}

/// The templates of one state of the catalogue. Those that are asked for again stay when there is no room for all.
#[derive(Debug)]
pub struct Templates {
    /// Of all orders but one, shared with the states that differ in likes alone.
    others: Arc<Kept>,
    by_likes: Kept,
}

/// Some of them.
#[derive(Debug)]
struct Kept {
    known: Cache<(Key, Language), Arc<Template>, Bytes>,
    boundless: Cache<(Key, Language), Arc<Template>, Bytes>,
}

impl Kept {
    /// Within so large a share of the memory.
    fn within(share: u64) -> Self {
        let room = |bytes: u64| Cache::with_weighter(usize::try_from(bytes / USUAL).unwrap_or_default(), bytes, Bytes);
        Self { known: room(KNOWN / share), boundless: room(BOUNDLESS / share) }
    }
}

impl Default for Templates {
    fn default() -> Self {
        Self { others: Arc::new(Kept::within(1)), by_likes: Kept::within(BY_LIKES) }
    }
}

impl Templates {
    /// The template of a page in a language; made if it is not kept, once for all who wait for it.
    pub async fn get_or_make<E>(
        &self,
        page: &(Key, Language),
        making: impl Future<Output = Result<Arc<Template>, E>>,
    ) -> Result<Arc<Template>, E> {
        let (key, _) = page;
        let some = if key.is_by_likes() { &self.by_likes } else { &*self.others };
        let kept = if key.is_boundless() { &some.boundless } else { &some.known };
        kept.get_or_insert_async(page, making).await
    }

    /// How many are kept.
    pub fn count(&self) -> usize {
        let of = |kept: &Kept| kept.known.len() + kept.boundless.len();
        of(&self.others) + of(&self.by_likes)
    }

    /// The same without those that list products by likes.
    #[must_use]
    pub fn but_those_by_likes(&self) -> Self {
        Self { others: Arc::clone(&self.others), by_likes: Kept::within(BY_LIKES) }
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
