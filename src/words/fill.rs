//! Values in sentences.

use std::fmt::{Display, Write};

/// A piece of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text as it is.
    Text(&'a str),
    /// The place of the value with this name.
    Place(&'a str),
}

/// A sentence, cut at its places, which stand in braces.
pub fn parts(mut sentence: &str) -> impl Iterator<Item = Part<'_>> {
    std::iter::from_fn(move || {
        let (part, rest) = if let Some((name, rest)) = sentence.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            (Part::Place(name), rest)
        } else {
            // A brace that opens no place is text.
            let end = sentence.bytes().skip(1).position(|one| one == b'{').map_or(sentence.len(), |at| at + 1);
            let (text, rest) = sentence.split_at(end);
            (Part::Text(text), rest)
        };
        let is_end = sentence.is_empty();
        sentence = rest;
        (!is_end).then_some(part)
    })
}

/// A sentence with its values. A place without a value stays as it is.
pub fn fill(sentence: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(sentence.len() + 16);
    for part in parts(sentence) {
        let _ = match part {
            Part::Text(text) => filled.write_str(text),
            Part::Place(name) => match values.iter().find(|(one, _)| *one == name) {
                Some((_, value)) => write!(filled, "{value}"),
                None => write!(filled, "{{{name}}}"),
            },
        };
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_their_names_stood() {
        let values: [(&str, &dyn Display); 2] = [("count", &3), ("name", &"{count}")];
        for (sentence, filled) in [
            ("", ""),
            ("Nothing.", "Nothing."),
            ("{count}", "3"),
            ("{count} × {name} ({count})", "3 × {count} (3)"),
            ("{other} stays", "{other} stays"),
            ("a { b {count", "a { b {count"),
            ("ä{count}ö", "ä3ö"),
        ] {
            assert_eq!(fill(sentence, &values), filled, "{sentence}");
        }
    }

    #[test]
    fn a_sentence_is_cut_at_its_places() {
        let cut: Vec<Part<'_>> = parts("Try {user}, or {link}").collect();
        assert_eq!(cut, [Part::Text("Try "), Part::Place("user"), Part::Text(", or "), Part::Place("link")]);
    }
}
