//! Reads and checks a shop keeper's catalogue file as a whole, and writes one.

mod csv;
pub mod variants;

use crate::{
    domain::{
        money::{Currency, Price},
        own_path::OwnPath,
        picture::PictureTexts,
        product::{Product, Slug},
        product_field::{ProductField, is_unprintable},
    },
    server::db::product::ProductRow,
};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::{collections::HashMap, fmt};

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An array of objects.
    Json,
    /// A header line with the fields' names, then a line per product (RFC 4180).
    Csv,
}

impl Format {
    /// The format that the ending of a file's name stands for.
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
    /// The field; empty if the whole line cannot be read.
    pub field: &'static str,
    /// What the rule says.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The reason may contain text of the file, and a terminal would obey control characters in it.
        let reason = self.reason.replace(is_unprintable, "\u{fffd}");
        let field = if self.field.is_empty() { String::new() } else { format!(", {}", self.field) };
        write!(f, "line {}{field}: {reason}", self.line)
    }
}

/// One product as it is in the file. Only the names of its fields are checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with the fields of a product")]
struct Entry {
    slug: Text,
    name: Text,
    category: Text,
    price: Text,
    stock: Stock,
    summary: Text,
    description: Text,
    picture: Text,
    #[serde(default)]
    pictures: Text,
    #[serde(default)]
    picture_texts: Text,
    #[serde(default)]
    variant_of: Text,
    #[serde(default)]
    options: Text,
    #[serde(default)]
    hidden: Text,
}

/// The fields' names, as a CSV file lists them in its first line.
const FIELDS: [&str; 8] = ["slug", "name", "category", "price", "stock", "summary", "description", "picture"];
/// Those of fields that a file may leave out. They are empty then.
const MORE_FIELDS: [&str; 5] = ["pictures", "picture_texts", "variant_of", "options", "hidden"];

/// A text, or nothing if the file has another kind of value there.
#[derive(Clone, Debug)]
struct Text(Option<String>);

impl Default for Text {
    fn default() -> Self {
        Self(Some(String::new()))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(reader)? {
            Value::String(text) => Some(text),
            _ => None,
        }))
    }
}

/// A whole number, as a text of digits or as a JSON number; nothing if the file has something else there.
#[derive(Clone, Copy, Debug)]
struct Stock(Option<i64>);

impl<'de> Deserialize<'de> for Stock {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(reader)? {
            Value::Number(number) => number.as_i64(),
            Value::String(digits) => digits.parse().ok(),
            _ => None,
        }))
    }
}

/// The longest file that is read, in bytes. The largest number of products, with the longest texts, fits in.
pub const MAX_BYTES: u64 = 512 * 1024 * 1024;
/// What the field `hidden` says of a product that is not for sale.
const HIDDEN: &str = "yes";
/// The most products that a shop may have.
pub const MAX_PRODUCTS: usize = 100_000;

/// Reads and checks a whole file. It reports every fault, not only the first.
pub fn parse(text: &str, format: Format, currency: Currency) -> Result<Vec<ProductRow>, Vec<Fault>> {
    // Spreadsheets write this mark before the first field's name.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let entries = match format {
        Format::Json => json(text)?,
        Format::Csv => csv::read(text)?,
    };
    let mut faults = Vec::new();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut rows = Vec::with_capacity(entries.len());
    if entries.len() > MAX_PRODUCTS {
        faults.push(Fault { line: 1, field: "", reason: format!("holds more than {MAX_PRODUCTS} products") });
    }
    for (line, entry) in entries {
        if let Some(slug) = &entry.slug.0
            && let Some(first) = seen.insert(slug.clone(), line)
        {
            faults.push(Fault { line, field: "slug", reason: format!("is already in line {first}") });
        }
        match check(entry, currency) {
            Ok(row) => rows.push(row),
            Err(found) => faults.extend(found.into_iter().map(|(field, reason)| Fault { line, field, reason })),
        }
    }
    if faults.is_empty() {
        let line = |slug: &str| seen.get(slug).copied().unwrap_or_default();
        faults = variants::faults(&rows)
            .map(|(slug, fault)| Fault { line: line(slug), field: fault.field(), reason: fault.to_string() })
            .collect();
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
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
        let hidden = if row.is_hidden { HIDDEN } else { "" };
        let picture_texts = PictureTexts::of_lines(&row.picture_texts).field(row.all_pictures());
        let more = [
            ("pictures", row.pictures.as_str()),
            ("picture_texts", &picture_texts),
            ("variant_of", &row.variant_of),
            ("options", &row.options),
            ("hidden", hidden),
        ];
        let more = more.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (*name, text(value)));
        let fields: Vec<String> = fields.into_iter().chain(more).map(|(name, value)| format!("    \"{name}\": {value}")).collect();
        format!("  {{\n{}\n  }}", fields.join(",\n"))
    };
    let entries: Vec<String> = rows.iter().map(entry).collect();
    format!("[\n{}\n]\n", entries.join(",\n"))
}

fn check(entry: Entry, currency: Currency) -> Result<ProductRow, Vec<(&'static str, String)>> {
    let mut faults = Vec::new();
    let mut read = |text: Text, field: &'static str, rule: &dyn Fn(&str) -> bool, reason: &str| {
        let reason = match &text.0 {
            None => "must be text, in quotes",
            Some(text) if !rule(text) => reason,
            Some(_) => return text.0.unwrap_or_default(),
        };
        faults.push((field, reason.to_owned()));
        String::new()
    };
    let mut text = |text: Text, field: ProductField, reason: &str| read(text, field.as_str(), &|text| field.takes(text, currency), reason);
    let slug = text(entry.slug, ProductField::Slug, "must be 1 to 64 lower-case letters, digits and single hyphens");
    let name = text(entry.name, ProductField::Name, "must have 1 to 80 characters on one line");
    let category = text(entry.category, ProductField::Category, "must have 1 to 40 characters on one line, with a letter among them");
    let price = text(
        entry.price,
        ProductField::Price,
        &format!("must be decimal text such as 999.99, at most 1000000.00, as {currency} is written"),
    );
    let summary = text(entry.summary, ProductField::Summary, "must have at most 120 characters on one line");
    let description = text(
        entry.description,
        ProductField::Description,
        "must have at most 2000 characters, and no control characters except line ends and tabs",
    );
    let options = text(entry.options, ProductField::Options, "must be 1 to 3 options, such as \"Colour: blue; Size: large\"");
    // In one spelling, so that the same choice is not there twice.
    let options = ProductField::Options.tidied(&options, currency);
    let is_path = |text: &str| OwnPath::parse(text).is_some();
    let picture = read(entry.picture, "picture", &is_path, "must be a path on this site, such as /pictures/laptop.svg");
    let pictures = read(
        entry.pictures,
        "pictures",
        &|text| text.split_whitespace().all(is_path) && text.split_whitespace().count() <= Product::MORE_PICTURES,
        &format!("must be at most {} paths on this site, with spaces between them", Product::MORE_PICTURES),
    );
    let all = || std::iter::once(picture.as_str()).chain(pictures.split_whitespace());
    let picture_texts = read(
        entry.picture_texts,
        "picture_texts",
        &|text| PictureTexts::of_field(text, all()).is_some(),
        &format!("must say what each picture shows, in at most {} characters on one line, with | between them", PictureTexts::MAX),
    );
    let picture_texts = PictureTexts::of_field(&picture_texts, all()).unwrap_or_default().lines(all());
    let is_none_or_slug = |text: &str| text.is_empty() || Slug::parse(text).is_ok();
    let variant_of = read(entry.variant_of, "variant_of", &is_none_or_slug, "must be the slug of the product of which this is a variant");
    let is_hidden = read(entry.hidden, "hidden", &|text| ["", HIDDEN].contains(&text), "must be \"yes\", or empty") == HIDDEN;
    let pictures = pictures.split_whitespace().collect::<Vec<_>>().join(" ");
    let stock = entry.stock.0.filter(|stock| (0..=i64::from(Product::MAX_STOCK)).contains(stock));
    if stock.is_none() {
        faults.push(("stock", "must be a whole number from 0 to 1000000".to_owned()));
    }
    match (Price::parse(&price, currency), stock) {
        (Some(price), Some(stock)) if faults.is_empty() => {
            let price = price.money().units();
            Ok(ProductRow {
                slug,
                name,
                category,
                price,
                stock,
                summary,
                description,
                picture,
                pictures,
                picture_texts,
                variant_of,
                options,
                is_hidden,
            })
        }
        _ => Err(faults),
    }
}

/// The array's objects with the line each begins in.
fn json(text: &str) -> Result<Vec<(u64, Entry)>, Vec<Fault>> {
    let fault = |line: usize, reason: String| vec![Fault { line: line as u64, field: "", reason }];
    let objects: Vec<&serde_json::value::RawValue> =
        serde_json::from_str(text).map_err(|error| fault(error.line(), format!("is not a JSON array of products: {}", reason(&error))))?;
    let mut entries = Vec::with_capacity(objects.len());
    let mut faults = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for object in objects {
        // A raw value is a slice of the text that it was read from, so its position gives its line.
        let before = object.get().as_ptr().addr() - text.as_ptr().addr();
        line += text[counted..before].matches('\n').count();
        counted = before;
        match serde_json::from_str(object.get()) {
            Ok(entry) => entries.push((line as u64, entry)),
            Err(error) => faults.extend(fault(line + error.line() - 1, reason(&error))),
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

/// What is wrong, without the position, which [`Fault`] has already.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.strip_suffix(&format!(" at line {} column {}", error.line(), error.column())).unwrap_or(&text).to_owned()
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
