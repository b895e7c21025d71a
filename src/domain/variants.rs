//! Products of which there are several variants, such as sizes: each has a price and a stock of its own, and lists show them as one.

use crate::domain::{
    money::Price,
    product::{Product, Slug, StockLevel},
};
use std::{collections::HashMap, sync::Arc};

/// A product as a list shows it: where it has variants, all of them as one.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The product; of several variants the main one.
    pub product: Arc<Product>,
    /// What it costs at least.
    pub price: Price,
    /// Whether some variants cost more.
    pub is_from: bool,
    /// Whether it has to be chosen which one.
    pub has_choice: bool,
    /// How many there are of the variant of which there are most.
    pub level: StockLevel,
}

impl Listed {
    /// A product that stands for these, itself among them; nothing if it stands for none.
    pub fn of<'c>(product: &Arc<Product>, all: impl Iterator<Item = &'c Product>, has_choice: bool) -> Option<Self> {
        let all: Vec<&Product> = all.collect();
        let prices = || all.iter().map(|one| one.price);
        let (price, highest) = (prices().min()?, prices().max()?);
        let stock = all.iter().map(|one| one.stock).max()?;
        Some(Self { product: Arc::clone(product), price, is_from: highest > price, has_choice, level: StockLevel::of(stock) })
    }
}

/// Which variants belong together. Products are known by their places in the catalogue.
#[derive(Debug, Default)]
pub struct Groups {
    /// For each main product the places of all variants, itself among them, in the shop keeper's order.
    by_main: HashMap<u32, Vec<u32>>,
    /// For each product the place of its main product; its own where it is no variant.
    main_of: Vec<u32>,
}

impl Groups {
    /// Those of these products. A main product without another variant is no group.
    pub fn of(products: &[Arc<Product>], by_slug: &HashMap<Slug, usize>) -> Self {
        let mut by_main: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut main_of = Vec::with_capacity(products.len());
        for (at, product) in (0..).zip(products) {
            let main = by_slug.get(product.listed()).and_then(|main| u32::try_from(*main).ok()).unwrap_or(at);
            main_of.push(main);
            if product.variant.is_some() {
                by_main.entry(main).or_default().push(at);
            }
        }
        by_main.retain(|_, group| group.len() > 1);
        Self { by_main, main_of }
    }

    /// The place of what lists show in place of the product at this one.
    pub fn main_of(&self, at: usize) -> Option<usize> {
        self.main_of.get(at).map(|main| *main as usize)
    }

    /// Whether there is a choice at this place.
    pub fn has(&self, main: u32) -> bool {
        self.by_main.contains_key(&main)
    }

    /// The product at this place, and where it is the main one of several variants, all of them.
    pub fn alike<'c>(&'c self, products: &'c [Arc<Product>], at: u32) -> impl Iterator<Item = &'c Product> {
        let group = self.by_main.get(&at).map_or(&[][..], Vec::as_slice);
        let alone = group.is_empty().then_some(at);
        group.iter().copied().chain(alone).filter_map(|at| products.get(at as usize).map(Arc::as_ref))
    }

    /// What the product at this place costs at least.
    pub fn lowest(&self, products: &[Arc<Product>], at: u32) -> Option<Price> {
        self.alike(products, at).map(|one| one.price).min()
    }
}
