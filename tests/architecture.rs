//! The rules of the tree that no compiler checks: imports point left, gates and SQL have their place.

use std::{fs, path::Path};

const LAYERS: [&str; 8] = ["words", "domain", "error", "server", "api", "components", "pages", "app"];

fn sources() -> Vec<(String, String)> {
    let found = below("src");
    assert!(found.len() > 50);
    found
}

/// Every file of Rust in a folder of the tree, by its path in there.
fn below(folder: &str) -> Vec<(String, String)> {
    fn walk(root: &Path, directory: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(directory).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(root, &path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                found.push((path.strip_prefix(root).expect("below it").display().to_string(), text));
            }
        }
    }
    let (root, mut found) = (Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), Vec::new());
    walk(&root, &root, &mut found);
    found
}

#[test]
fn the_tests_that_a_promise_of_security_names_exist() {
    let promises = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md")).expect("the promises");
    let tests: String = ["src", "tests"].into_iter().flat_map(below).map(|(_, text)| text).collect();
    // What stands between backticks in the last column of a table.
    let columns = promises.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit_once('|'));
    let named: Vec<&str> = columns.flat_map(|(_, names)| names.split('`').skip(1).step_by(2)).collect();
    assert!(named.len() > 50);
    for name in named {
        assert!(tests.contains(&format!("fn {name}(")), "there is no test {name}");
    }
}

/// A row names a file of tests, and then tests of it: titles of browser tests as they stand there, names of Rust tests.
#[test]
fn the_tests_that_a_row_of_accessibility_names_are_in_the_file_it_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("ACCESSIBILITY.md")).expect("the criteria");
    // `| 1.1.1 Non-text Content (A) | … |`: all that WCAG 2.2 has on the levels A and AA.
    let is_criterion = |line: &&str| line.strip_prefix("| ").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let rows: Vec<&str> = document.lines().filter(is_criterion).collect();
    assert_eq!(rows.len(), 55);
    let mut named = 0;
    for row in rows {
        let (_, tests) = row.strip_suffix(" |").and_then(|row| row.rsplit_once(" | ")).expect("three columns");
        let mut text = String::new();
        for name in tests.split('`').skip(1).step_by(2) {
            if ["end2end/", "tests/", "src/"].iter().any(|folder| name.starts_with(folder)) {
                text = fs::read_to_string(root.join(name)).unwrap_or_else(|_| panic!("{row}: there is no {name}"));
                continue;
            }
            let is_there =
                [format!("fn {name}("), format!("test('{name}'"), format!("test(`{name}`")].iter().any(|test| text.contains(test));
            assert!(is_there, "{row}: there is no test {name}");
            named += 1;
        }
    }
    assert!(named > 80, "{named} tests");
}

#[test]
fn the_tests_and_files_that_a_chapter_names_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests: String = ["src", "tests"].into_iter().flat_map(below).map(|(_, text)| text).collect();
    let (mut named_tests, mut named_files) = (0, 0);
    for chapter in fs::read_dir(root.join("src/learn")).expect("the chapters") {
        let chapter = chapter.expect("a chapter").path();
        let text = fs::read_to_string(&chapter).expect("read");
        for word in text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)) {
            // A name of so many words is a sentence, and so a test.
            if word.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit()) && word.matches('_').count() > 3
            {
                assert!(tests.contains(&format!("fn {word}(")), "{} names {word}, and there is no such test", chapter.display());
                named_tests += 1;
            }
            if ["src/", "tests/", "end2end/", "examples/", "deploy/", "migrations/"].iter().any(|folder| word.starts_with(folder)) {
                assert!(root.join(word).exists(), "{} names {word}, which is not there", chapter.display());
                named_files += 1;
            }
        }
    }
    assert!(named_tests > 50 && named_files > 20, "{named_tests} tests, {named_files} files");
}

fn layer(name: &str) -> Option<usize> {
    let first = name.split(['/', ':', '.']).next().unwrap_or_default();
    LAYERS.iter().position(|layer| *layer == first)
}

#[test]
fn imports_point_left_only() {
    for (file, text) in sources() {
        let Some(own) = layer(&file) else { continue };
        for named in text.split("crate::").skip(1) {
            let nested: Vec<&str> = match named.strip_prefix('{') {
                // `use crate::{a::X, b::Y};`: what follows a comma or the brace at the outermost level.
                Some(list) => outermost(list),
                None => vec![named],
            };
            for name in nested {
                if let Some(other) = layer(name.trim_start()) {
                    assert!(other <= own, "{file} imports crate::{}", LAYERS[other]);
                }
            }
        }
    }
}

fn outermost(list: &str) -> Vec<&str> {
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(&list[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

#[test]
fn the_two_halves_part_in_one_file_only() {
    for (file, text) in sources() {
        let gates = text.matches("feature = \"ssr\"").count() + text.matches("feature = \"hydrate\"").count();
        if file != "lib.rs" {
            assert_eq!(gates, 0, "{file}");
            continue;
        }
        // The server, who knows the visitor's language, and where the browser enters.
        let lines: Vec<&str> = text.lines().collect();
        let behind = lines.windows(2).filter(|pair| pair[0].starts_with("#[cfg(")).map(|pair| pair[1]);
        let items: Vec<&str> = behind.filter(|line| *line != "#[wasm_bindgen::prelude::wasm_bindgen]").collect();
        let known = ["pub mod server;", "use components::words_of_page::OfPage as Voice;", "use server::language::OfRequest as Voice;"];
        assert_eq!((items.as_slice(), gates), (&known[..], 4), "{file}");
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |kind: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind);
        let mut names: Vec<_> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    assert!(names("sqlite").len() >= 4);
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn sql_and_frameworks_keep_to_their_layers() {
    for (file, text) in sources() {
        if !file.starts_with("server/") {
            assert!(!text.contains("sqlx"), "{file} knows the database");
            assert!(!["idna", "unicode_normalization"].iter().any(|tables| text.contains(tables)), "browsers download {file}");
        }
        if !["server/db/", "server/sessions/store/"].iter().any(|folder| file.starts_with(folder)) {
            assert!(!text.contains("sqlx::query"), "{file} holds SQL");
        }
        if file.starts_with("domain/") {
            assert!(!["leptos", "axum", "tokio"].iter().any(|name| text.contains(&format!("use {name}"))), "{file} knows a framework");
        }
    }
}

#[test]
fn no_source_starts_a_program_and_markup_is_written_by_hand_in_three_places() {
    // An empty list, a sentence of ours, and JSON in which no mark can begin.
    const BY_HAND: [&str; 3] = ["components/suggestions.rs", "components/session_watch.rs", "components/cart_data.rs"];
    for (file, text) in sources() {
        assert!(!["process::Command", "eval("].iter().any(|way| text.contains(way)), "{file}");
        assert_eq!(text.contains("inner_html"), BY_HAND.contains(&file.as_str()), "{file}");
    }
}

#[test]
fn the_session_is_changed_in_its_own_folder_only() {
    for (file, text) in sources() {
        if !file.starts_with("server/sessions/") {
            assert!(!text.contains("tower_sessions::Session") && !text.contains("tower_sessions::{"), "{file} holds a raw session");
        }
    }
}
