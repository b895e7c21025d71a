//! Reading a shop keeper's file: validated as a whole, taken as a whole or not at all.

use crate::{
    domain::{
        money::{Currency, Price},
        own_path::OwnPath,
        product::Slug,
    },
    server::{
        db::{
            Database,
            product::{self, ProductRow},
        },
        error::ServerError,
    },
};
use serde::Deserialize;
use std::{collections::HashMap, fmt};

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An array of objects.
    Json,
    /// A header line with the fields' names, then a line per product (RFC 4180).
    Csv,
}

impl Format {
    /// The format a file's name ends in.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Something in the file that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line in the file, from 1.
    pub line: u64,
    /// Which field; empty when the line as a whole cannot be read.
    pub field: &'static str,
    /// What the rule is.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            "" => write!(f, "line {}: {}", self.line, self.reason),
            field => write!(f, "line {}, {field}: {}", self.line, self.reason),
        }
    }
}

/// One product as it is written in the file; every field is text until it is checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    slug: String,
    name: String,
    category: String,
    price: String,
    stock: Stock,
    summary: String,
    description: String,
    picture: String,
}

/// A number in JSON, digits in CSV.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Stock {
    Number(i64),
    Text(String),
}

/// The most products a file may hold.
const MAX_PRODUCTS: usize = 100_000;
/// The most pieces of one product.
const MAX_STOCK: i64 = 1_000_000;

/// Reads and checks a whole file; every fault is reported, not only the first.
pub fn parse(text: &str, format: Format, currency: Currency) -> Result<Vec<ProductRow>, Vec<Fault>> {
    let entries = match format {
        Format::Json => json(text)?,
        Format::Csv => csv(text)?,
    };
    let mut faults = Vec::new();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut rows = Vec::with_capacity(entries.len());
    if entries.len() > MAX_PRODUCTS {
        faults.push(Fault { line: 1, field: "", reason: format!("holds more than {MAX_PRODUCTS} products") });
    }
    for (line, entry) in entries {
        if let Some(first) = seen.insert(entry.slug.clone(), line) {
            faults.push(Fault { line, field: "slug", reason: format!("stands already in line {first}") });
        }
        match check(entry, currency) {
            Ok(row) => rows.push(row),
            Err(found) => faults.extend(found.into_iter().map(|(field, reason)| Fault { line, field, reason })),
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

/// Makes the database hold exactly these products, with prices in this currency; false when it did already.
pub async fn apply(db: &Database, rows: &[ProductRow], currency: Currency) -> Result<bool, ServerError> {
    let mut transaction = db.begin().await?;
    // Two imports at once, as when nodes start together: the second one sees what the first one did.
    product::locked_revision(transaction.connection()).await?;
    let is_same_currency = product::currency(transaction.connection()).await?.as_deref() == Some(currency.code());
    if is_same_currency && product::all(transaction.connection()).await? == rows {
        return Ok(false);
    }
    product::delete_all(transaction.connection()).await?;
    let mut position = 0;
    for some in rows.chunks(product::ROWS) {
        product::insert(transaction.connection(), position, some).await?;
        position += i64::try_from(some.len()).unwrap_or(i64::MAX);
    }
    product::next_revision(transaction.connection(), currency.code()).await?;
    transaction.commit().await?;
    Ok(true)
}

/// The products as a JSON file that [`parse`] reads back.
pub fn export(rows: &[ProductRow], currency: Currency) -> String {
    let entry = |row: &ProductRow| {
        let price = Price::minor(row.price).map(|price| price.decimal(currency)).unwrap_or_default();
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let fields = [
            ("slug", text(&row.slug)),
            ("name", text(&row.name)),
            ("category", text(&row.category)),
            ("price", text(&price)),
            ("stock", row.stock.to_string()),
            ("summary", text(&row.summary)),
            ("description", text(&row.description)),
            ("picture", text(&row.picture)),
        ];
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("    \"{name}\": {value}")).collect();
        format!("  {{\n{}\n  }}", fields.join(",\n"))
    };
    let entries: Vec<String> = rows.iter().map(entry).collect();
    format!("[\n{}\n]\n", entries.join(",\n"))
}

fn check(entry: Entry, currency: Currency) -> Result<ProductRow, Vec<(&'static str, String)>> {
    let mut faults = Vec::new();
    let mut rule = |holds: bool, field: &'static str, reason: &str| {
        if !holds {
            faults.push((field, reason.to_owned()));
        }
    };
    let stock = match &entry.stock {
        Stock::Number(number) => Some(*number),
        Stock::Text(text) => text.parse().ok(),
    };
    let price = Price::parse(&entry.price, currency);
    rule(Slug::parse(&entry.slug).is_ok(), "slug", "must be 1 to 64 lower-case letters, digits and single hyphens");
    rule(within(&entry.name, 1, 80), "name", "must have 1 to 80 characters on one line");
    rule(
        Slug::of_name(&entry.category).is_ok() && within(&entry.category, 1, 40),
        "category",
        "must have 1 to 40 characters with a letter among them",
    );
    rule(price.is_some(), "price", &format!("must be decimal text such as 999.99, at most 1000000.00, as {currency} is written"));
    rule(stock.is_some_and(|stock| (0..=MAX_STOCK).contains(&stock)), "stock", "must be a whole number from 0 to 1000000");
    rule(within(&entry.summary, 0, 120), "summary", "must have at most 120 characters on one line");
    rule(entry.description.chars().count() <= 2_000, "description", "must have at most 2000 characters");
    rule(OwnPath::parse(&entry.picture).is_some(), "picture", "must be a path on this site, such as /pictures/laptop.svg");
    match (price, stock) {
        (Some(price), Some(stock)) if faults.is_empty() => Ok(ProductRow {
            price: price.money().units(),
            stock,
            slug: entry.slug,
            name: entry.name,
            category: entry.category,
            summary: entry.summary,
            description: entry.description,
            picture: entry.picture,
        }),
        _ => Err(faults),
    }
}

fn within(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control) && text.trim() == text
}

/// The array's objects with the line each begins in.
fn json(text: &str) -> Result<Vec<(u64, Entry)>, Vec<Fault>> {
    let fault = |line: usize, reason: String| vec![Fault { line: line as u64, field: "", reason }];
    let objects: Vec<&serde_json::value::RawValue> =
        serde_json::from_str(text).map_err(|error| fault(error.line(), format!("is no JSON array of products: {error}")))?;
    let mut entries = Vec::with_capacity(objects.len());
    let mut faults = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for object in objects {
        // A raw value is a part of the text it was read from, so its place tells its line.
        let before = object.get().as_ptr().addr() - text.as_ptr().addr();
        line += text[counted..before].matches('\n').count();
        counted = before;
        match serde_json::from_str(object.get()) {
            Ok(entry) => entries.push((line as u64, entry)),
            Err(error) => faults.extend(fault(line + error.line() - 1, error.to_string())),
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

fn csv(text: &str) -> Result<Vec<(u64, Entry)>, Vec<Fault>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().cloned().map_err(|error| vec![Fault { line: 1, field: "", reason: error.to_string() }])?;
    let mut entries = Vec::new();
    let mut faults = Vec::new();
    for record in reader.records() {
        let line = |position: Option<&csv::Position>| position.map_or(1, csv::Position::line);
        match record {
            Ok(record) => match record.deserialize(Some(&headers)) {
                Ok(entry) => entries.push((line(record.position()), entry)),
                Err(error) => faults.push(Fault { line: line(record.position()), field: "", reason: reason(&error) }),
            },
            Err(error) => faults.push(Fault { line: line(error.position()), field: "", reason: reason(&error) }),
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

/// What is wrong, without the position, which [`Fault`] tells already.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("has {len} fields instead of {expected_len}"),
        _ => error.to_string(),
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
