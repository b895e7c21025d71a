//! What must be true of the variants of a product together.

use super::Fault;
use crate::{domain::product::Options, server::db::product::ProductRow};
use std::collections::{HashMap, HashSet};

/// The most variants of one product: each has a link on the pages of all others.
const MAX: usize = 100;

/// What is wrong with the variants of these products, each of which is right by itself; `lines` has the line of each slug.
pub(super) fn faults(rows: &[ProductRow], lines: &HashMap<String, u64>) -> Vec<Fault> {
    let by_slug: HashMap<&str, &ProductRow> = rows.iter().map(|row| (row.slug.as_str(), row)).collect();
    let mut faults = Vec::new();
    // Of each main product, which options are there. Its own come first, wherever it stands in the file.
    let mut taken: HashMap<&str, HashSet<&str>> = HashMap::new();
    for row in rows.iter().filter(|row| row.variant_of.is_empty()) {
        taken.entry(&row.slug).or_default().insert(&row.options);
    }
    for row in rows.iter().filter(|row| !row.variant_of.is_empty()) {
        let mut fault = |field, reason: String| {
            faults.push(Fault { line: lines.get(&row.slug).copied().unwrap_or_default(), field, reason });
        };
        let slug = &row.variant_of;
        let Some(main) = by_slug.get(slug.as_str()) else {
            fault("variant_of", format!("is {slug}, which is not in the file"));
            continue;
        };
        if !main.variant_of.is_empty() {
            fault("variant_of", format!("is {slug}, which is a variant itself"));
            continue;
        }
        if main.category != row.category {
            fault("category", format!("must be that of {slug}"));
        }
        let names = |row: &ProductRow| Options::parse(&row.options).map(|options| options.names().map(str::to_owned).collect::<Vec<_>>());
        match (names(main), names(row)) {
            (Ok(of_main), Ok(own)) if of_main == own => {}
            (Ok(of_main), _) => fault("options", format!("must name the same as those of {slug}: {}", of_main.join(", "))),
            (Err(_), _) => fault("options", format!("must be there at {slug}, too")),
        }
        let all = taken.entry(&main.slug).or_default();
        if !all.insert(&row.options) {
            fault("options", format!("are those of another variant of {slug}"));
        } else if all.len() > MAX {
            fault("variant_of", format!("is {slug}, of which there are more than {MAX} variants"));
        }
    }
    faults
}
