//! Reads a CSV file.

use super::{Entry, FIELDS, Fault, MORE_FIELDS};
use serde::{
    Deserialize,
    de::value::{Error as FieldsError, MapDeserializer},
};

/// The products with the line each begins in.
pub(super) fn read(text: &str) -> Result<Vec<(u64, Entry)>, Vec<Fault>> {
    let fault = |line: u64, reason: String| Fault { line, field: "", reason };
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().cloned().map_err(|error| vec![fault(1, error.to_string())])?;
    // In a file without a header, the first product would be taken for the header and lost. With one product, the file would be empty.
    let is_named = |field: &&str| headers.iter().any(|named| named == *field);
    let known = FIELDS.len() + MORE_FIELDS.iter().filter(|field| is_named(field)).count();
    if headers.len() != known || !FIELDS.iter().all(&is_named) {
        let (fields, more) = (FIELDS.join(","), MORE_FIELDS.join(","));
        return Err(vec![fault(1, format!("must name the fields: {fields}, and may name: {more}"))]);
    }
    let mut entries = Vec::new();
    let mut faults = Vec::new();
    for record in reader.records() {
        let line = |position: Option<&::csv::Position>| position.map_or(1, ::csv::Position::line);
        match record {
            Ok(record) => match Entry::deserialize(MapDeserializer::<_, FieldsError>::new(headers.iter().zip(&record))) {
                Ok(entry) => entries.push((line(record.position()), entry)),
                Err(error) => faults.push(fault(line(record.position()), error.to_string())),
            },
            Err(error) => {
                let reason = match error.kind() {
                    ::csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("has {len} fields instead of {expected_len}"),
                    _ => error.to_string(),
                };
                faults.push(fault(line(error.position()), reason));
            }
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}
