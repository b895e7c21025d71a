//! Files that are accepted, and files that are refused with line and field.

use super::*;

const HEADER: &str = "slug,name,category,price,stock,summary,description,picture\n";

fn faults(text: &str, format: Format) -> Vec<String> {
    parse(text, format, Currency::Usd).expect_err("refused").iter().map(Fault::to_string).collect()
}

#[test]
fn the_demo_catalogue_keeps_the_rules() {
    let rows = parse(crate::server::catalogue::DEMO, Format::Json, Currency::Usd).expect("valid");
    assert_eq!(rows.iter().filter(|row| row.variant_of.is_empty()).count(), 24);
    let shelves: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.category).collect();
    assert_eq!(shelves.len(), 4);
    let price = |slug: &str| rows.iter().find(|row| row.slug == slug).map(|row| row.price);
    assert_eq!([price("laptop"), price("phone"), price("headphones")], [Some(99_999), Some(59_999), Some(9_999)]);
    for row in &rows {
        for picture in std::iter::once(row.picture.as_str()).chain(row.pictures.split(' ').filter(|path| !path.is_empty())) {
            let file = format!("{}/public{picture}", env!("CARGO_MANIFEST_DIR"));
            assert!(std::path::Path::new(&file).is_file(), "{file} is missing");
        }
    }
}

#[test]
fn what_is_exported_is_imported_as_it_was() {
    let rows = parse(crate::server::catalogue::DEMO, Format::Json, Currency::Usd).expect("valid");
    assert_eq!(parse(&export(&rows, Currency::Usd), Format::Json, Currency::Usd), Ok(rows));
}

#[test]
fn csv_and_json_say_the_same() {
    let csv = format!("{HEADER}mug,Mug,Desk,12.50,4,\"Holds, well\",\"Two\nlines\",/pictures/mug.svg\n");
    let json = r#"[{"slug":"mug","name":"Mug","category":"Desk","price":"12.50","stock":4,"summary":"Holds, well","description":"Two\nlines","picture":"/pictures/mug.svg"}]"#;
    let rows = parse(&csv, Format::Csv, Currency::Usd).expect("valid");
    assert_eq!(parse(json, Format::Json, Currency::Usd), Ok(rows));
}

#[test]
fn every_fault_is_told_with_line_and_field() {
    let csv = format!("{HEADER}mug,Mug,Desk,12.50,4,,,/m.svg\nMUG,Mug,Desk,12.5,-1,,,//evil\nmug,Mug,Desk,12.50,4,,,/m.svg\n");
    let found = faults(&csv, Format::Csv);
    assert_eq!(found.len(), 5);
    assert!(found[0].starts_with("line 3, slug: must be"));
    assert!(found[1].starts_with("line 3, price: must be"));
    assert!(found[2].starts_with("line 3, picture: must be"));
    assert!(found[3].starts_with("line 3, stock: must be"));
    assert_eq!(found[4], "line 4, slug: is already in line 2");
}

#[test]
fn a_file_of_another_shape_is_refused_where_it_breaks() {
    assert!(faults("[\n  {\"slug\": \"mug\"}\n]", Format::Json)[0].starts_with("line 2: missing field `name`"));
    assert!(faults("[\n{]", Format::Json)[0].starts_with("line 2: is not a JSON"));
    assert_eq!(faults(&format!("{HEADER}mug,Mug\n"), Format::Csv), ["line 2: has 2 fields instead of 8"]);
    assert_eq!(faults("5", Format::Json), ["line 1: is not a JSON array of products: invalid type: integer `5`, expected a sequence"]);
    assert_eq!(
        faults("[\n1,\n{\n\"slug\": \"mug\",\n\"colour\": 1}]", Format::Json),
        [
            "line 2: invalid type: integer `1`, expected an object with the fields of a product",
            "line 5: unknown field `colour`, expected one of `slug`, `name`, `category`, `price`, `stock`, `summary`, `description`, `picture`, `pictures`, `picture_texts`, `variant_of`, `options`, `hidden`",
        ]
    );
}

/// Without this rule, the first product would be taken for the header, and lost.
#[test]
fn a_csv_file_begins_with_the_names_of_the_fields() {
    let named = [
        "line 1: must name the fields: slug,name,category,price,stock,summary,description,picture, and may name: pictures,picture_texts,variant_of,options,hidden",
    ];
    let row = "mug,Mug,Desk,12.50,4,,,/m.svg\n";
    for text in ["", "\n", row, &row.repeat(2), "slug,name\nmug,Mug\n", &format!("slug,{HEADER}"), &format!("colour,{HEADER}")] {
        assert_eq!(faults(text, Format::Csv), named, "{text:?}");
    }
    let turned = "name,slug,category,price,stock,summary,picture,description\nMug,mug,Desk,12.50,4,,/m.svg,\n";
    let expected = parse(&format!("{HEADER}{row}"), Format::Csv, Currency::Usd);
    assert_eq!(parse(turned, Format::Csv, Currency::Usd), expected, "in any order");
    assert_eq!(parse(&format!("\u{feff}{HEADER}{row}"), Format::Csv, Currency::Usd), expected, "as spreadsheets write it");
    assert_eq!(parse(HEADER, Format::Csv, Currency::Usd), Ok(Vec::new()), "the caller decides whether an empty file is allowed");
}

/// One product in JSON, with this value for one field.
fn with(field: &str, value: &str) -> String {
    let usual = |name: &str| match name {
        "slug" => r#""mug""#,
        "price" => r#""1.00""#,
        "stock" => "1",
        "picture" => r#""/m.svg""#,
        "pictures" | "picture_texts" | "variant_of" | "options" | "hidden" => r#""""#,
        _ => r#""Mug""#,
    };
    let fields: Vec<String> =
        FIELDS.iter().chain(&MORE_FIELDS).map(|name| format!("\"{name}\": {}", if *name == field { value } else { usual(name) })).collect();
    format!("[\n  {{{}}}\n]", fields.join(", "))
}

#[test]
fn a_value_of_another_kind_is_told_with_its_field_and_one_line() {
    for value in ["true", "null", "[1]", "1.5", "-1", "\"four\"", "99999999999999999999"] {
        assert_eq!(faults(&with("stock", value), Format::Json), ["line 2, stock: must be a whole number from 0 to 1000000"], "{value}");
    }
    for field in FIELDS.into_iter().chain(MORE_FIELDS).filter(|field| *field != "stock") {
        for value in ["12", "null", "{}"] {
            assert_eq!(faults(&with(field, value), Format::Json), [format!("line 2, {field}: must be text, in quotes")]);
        }
    }
}

/// Postgres refuses NUL in a text, a terminal obeys an escape, and a page obeys a change of direction.
#[test]
fn characters_that_nobody_sees_are_faults() {
    for character in ["\\u0000", "\\u0001", "\\u001b", "\\u007f", "\\u0085", "\\u2028", "\\u202e", "\\ufeff"] {
        for field in FIELDS.into_iter().chain(MORE_FIELDS).filter(|field| *field != "stock") {
            let found = faults(&with(field, &format!("\"a{character}b\"")), Format::Json);
            assert!(found.len() == 1 && found[0].starts_with(&format!("line 2, {field}: must")), "{character} {found:?}");
        }
    }
    assert!(parse(&with("description", r#""Two\r\n\tlines""#), Format::Json, Currency::Usd).is_ok());
    assert_eq!(faults(&with("name", r#""Two\nlines""#), Format::Json), ["line 2, name: must have 1 to 80 characters on one line"]);
}

#[test]
fn a_hundred_thousand_products_are_taken_and_their_lines_are_told() {
    let line = |number: usize, stock: &str| {
        format!(
            r#"{{"slug":"p{number}","name":"P","category":"C","price":"1.00","stock":{stock},"summary":"","description":"","picture":"/p.svg"}}"#
        )
    };
    let mut lines: Vec<String> = (0..MAX_PRODUCTS).map(|number| line(number, "1")).collect();
    let text = |lines: &[String]| format!("[\n{}\n]", lines.join(",\n"));
    assert_eq!(parse(&text(&lines), Format::Json, Currency::Usd).map(|rows| rows.len()), Ok(100_000));
    lines[99_999] = line(99_999, "-1");
    assert_eq!(faults(&text(&lines), Format::Json), ["line 100001, stock: must be a whole number from 0 to 1000000"]);
    lines[99_999] = "{}".to_owned();
    assert!(faults(&text(&lines), Format::Json)[0].starts_with("line 100001: missing field `slug`"));
    lines[99_999] = line(99_999, "1");
    lines.push(line(100_000, "1"));
    assert_eq!(faults(&text(&lines), Format::Json), ["line 1: holds more than 100000 products"]);
}

const WITH_VARIANTS: &str = "slug,name,category,price,stock,summary,description,picture,pictures,variant_of,options\n";

#[test]
fn variants_and_more_pictures_are_read_in_one_spelling() {
    let csv = format!(
        "{WITH_VARIANTS}mug,Mug,Desk,12.50,4,,,/m.svg,/a.svg  /b.svg ,,Size:small\nbig,Mug,Desk,15.00,0,,,/m.svg,,mug, Size : big\n"
    );
    // Spaces at the ends are no text on one line.
    assert_eq!(faults(&csv, Format::Csv), ["line 3, options: must be 1 to 3 options, such as \"Colour: blue; Size: large\""]);
    let rows = parse(&csv.replace(", Size : big", ",Size : big"), Format::Csv, Currency::Usd).expect("valid");
    let of = |at: usize| (rows[at].pictures.as_str(), rows[at].variant_of.as_str(), rows[at].options.as_str());
    assert_eq!([of(0), of(1)], [("/a.svg /b.svg", "", "Size: small"), ("", "mug", "Size: big")]);
    assert_eq!(parse(&export(&rows, Currency::Usd), Format::Json, Currency::Usd), Ok(rows));
    let eight = (1..=8).map(|number| format!("/{number}.svg")).collect::<Vec<_>>().join(" ");
    let many = format!("{WITH_VARIANTS}mug,Mug,Desk,12.50,4,,,/m.svg,{eight},,\n");
    assert_eq!(faults(&many, Format::Csv), ["line 2, pictures: must be at most 7 paths on this site, with spaces between them"]);
}

#[test]
fn variants_have_a_main_product_on_the_same_shelf_and_differ_in_the_same_options() {
    let file = |rows: &[(&str, &str, &str, &str)]| {
        let row = |(slug, shelf, of, options): &(&str, &str, &str, &str)| format!("{slug},Mug,{shelf},1.00,4,,,/m.svg,,{of},{options}\n");
        format!("{WITH_VARIANTS}{}", rows.iter().map(row).collect::<String>())
    };
    let main = ("mug", "Desk", "", "Size: s");
    let fault = |other| faults(&file(&[other, main]), Format::Csv);
    assert!(parse(&file(&[("m", "Desk", "mug", "Size: m"), main]), Format::Csv, Currency::Usd).is_ok(), "in any order");
    assert_eq!(fault(("m", "Desk", "cup", "Size: m")), ["line 2, variant_of: is cup, which is not in the file"]);
    assert_eq!(fault(("m", "Desk", "m", "Size: m")), ["line 2, variant_of: is m, which is a variant itself"]);
    assert_eq!(fault(("m", "Audio", "mug", "Size: m")), ["line 2, category: must be that of mug"]);
    assert_eq!(fault(("m", "Desk", "mug", "Colour: m")), ["line 2, options: must name the same as those of mug: Size"]);
    assert_eq!(fault(("m", "Desk", "mug", "")), ["line 2, options: must name the same as those of mug: Size"]);
    assert_eq!(fault(("m", "Desk", "mug", "Size:s")), ["line 2, options: are those of another variant of mug"]);
    let many: Vec<_> = (0..100).map(|number| (format!("m{number}"), format!("Size: {number}"))).collect();
    let rows: Vec<_> =
        std::iter::once(main).chain(many.iter().map(|(slug, options)| (slug.as_str(), "Desk", "mug", options.as_str()))).collect();
    assert!(parse(&file(&rows[..100]), Format::Csv, Currency::Usd).is_ok(), "a hundred");
    assert_eq!(faults(&file(&rows), Format::Csv), ["line 102, variant_of: is mug, of which there are more than 100 variants"]);
    let without = ("mug", "Desk", "", "");
    assert_eq!(faults(&file(&[without, ("m", "Desk", "mug", "Size: m")]), Format::Csv), ["line 3, options: must be there at mug, too"]);
}

#[test]
fn yen_have_no_decimals() {
    let csv = format!("{HEADER}mug,Mug,Desk,1250,4,,,/m.svg\n");
    assert_eq!(parse(&csv, Format::Csv, Currency::Jpy).expect("valid")[0].price, 1_250);
    assert!(faults(&csv, Format::Csv)[0].starts_with("line 2, price"));
}
