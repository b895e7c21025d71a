//! The reader of catalogues: a file is taken as a whole, or each fault is told by its line.

use satchel::{
    domain::{
        money::{Currency, Price},
        product::Slug,
    },
    server::{
        catalogue::import::{Format, export, parse},
        db::product::ProductRow,
    },
};
use std::collections::HashSet;

/// The first byte tells the format and the currency, the others are the file.
pub fn holds(data: &[u8]) {
    let Some((kind, file)) = data.split_first() else { return };
    let Ok(text) = str::from_utf8(file) else { return };
    let format = if kind % 2 == 0 { Format::Json } else { Format::Csv };
    let currency = Currency::ALL[usize::from(kind / 2) % Currency::ALL.len()];
    match parse(text, format, currency) {
        Ok(rows) => {
            assert_eq!(rows.len(), products(text, format), "every product is taken");
            let mut addresses = HashSet::new();
            for row in &rows {
                assert!(addresses.insert(&row.slug), "an address is there once");
                can_be_shown(row);
            }
            assert_eq!(parse(&export(&rows, currency), Format::Json, currency), Ok(rows), "what is exported can be imported");
        }
        Err(faults) => {
            assert!(!faults.is_empty());
            // Also a line that only a carriage return ends is one, to the reader of CSV.
            let lines = text.split(['\n', '\r']).count() as u64;
            for fault in faults {
                assert!((1..=lines).contains(&fault.line), "there is no line {} of {lines}", fault.line);
                assert!(!fault.reason.is_empty());
                assert!(!fault.to_string().chars().any(char::is_control), "a terminal would obey: {:?}", fault.to_string());
            }
        }
    }
}

fn products(text: &str, format: Format) -> usize {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Json => serde_json::from_str::<Vec<serde_json::Value>>(text).expect("an array").len(),
        Format::Csv => csv::Reader::from_reader(text.as_bytes()).into_records().count(),
    }
}

fn can_be_shown(row: &ProductRow) {
    assert!(Slug::parse(&row.slug).is_ok() && Slug::of_name(&row.category).is_ok(), "{row:?}");
    assert!(Price::minor(row.price).is_some() && row.stock >= 0, "{row:?}");
    for line in [&row.name, &row.category, &row.summary, &row.picture] {
        assert!(!line.chars().any(char::is_control), "{row:?}");
    }
    assert!(!row.name.is_empty() && row.picture.starts_with('/') && !row.picture.starts_with("//"), "{row:?}");
}
