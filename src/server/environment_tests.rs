//! Which line of `.env` is wrong, which names are no settings, and which are the tools'.

use super::*;
use clap::CommandFactory;
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_first_line_that_is_no_setting_is_told_by_its_number() {
    for (text, line) in [
        ("", None),
        ("A=1\n\n# a comment with 'half a quote\nexport B=\"two words\"\nC='two\nlines'\n", None),
        ("A=1\nB=10.0.0.1, 10.0.0.2\nC=3\n", Some(2)),
        ("A=1\n# more\nA\nA=2\n", Some(3)),
        ("A=1\nA=1 2", Some(2)),
        ("A='two\nlines'\nB=two words # why\n", Some(3)),
        ("A=1\nB='never\nclosed\nC=3\n", Some(2)),
        (&format!("A={}\nB=two words\n", "x".repeat(100_000)), Some(2)),
    ] {
        assert_eq!(fault(text), line, "{text:.60}");
    }
}

#[test]
fn a_name_like_ours_is_a_setting_or_a_tools_or_refused_with_the_nearest() {
    let known = settings(&crate::server::commands::Cli::command());
    assert!(known.len() > 10 && known.contains(&"DATABASE_URL".to_owned()));
    for name in known.iter().map(String::as_str).chain(OF_TOOLS).chain(["PATH", "LEPTOS_OUTPUT_NAME"]) {
        assert_eq!(unknown(name.to_owned(), &known), None, "{name}");
    }
    for (name, perhaps) in [
        ("SATCHEL_SESSION_IDEL", Some("SATCHEL_SESSION_IDLE")),
        ("SATCHEL_BASEURL", Some("SATCHEL_BASE_URL")),
        ("SATCHEL_DATABASE_URL", Some("DATABASE_URL")),
        ("SATCHEL_TRUSTED_PROXY", Some("SATCHEL_TRUSTED_PROXIES")),
        ("SATCHEL_XYZZY", None),
    ] {
        let found = unknown(name.to_owned(), &known).expect("refused");
        assert_eq!(found, Unknown { name: name.to_owned(), perhaps: perhaps.map(str::to_owned) });
    }
}

/// What the repository itself sets or asks for must not keep the shop from starting.
#[test]
fn the_tools_names_are_all_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    let mut places: Vec<PathBuf> =
        ["Makefile", ".ci", "benches", "tests/support", "tests/conformance", "end2end/playwright.config.ts", "end2end/tests"]
            .map(|place| root.join(place))
            .into();
    while let Some(place) = places.pop() {
        if place.ends_with("node_modules") {
            continue;
        }
        if place.is_dir() {
            places.extend(fs::read_dir(place).expect("a folder").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&place).expect("a file")).into_owned();
        let names = text.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_');
        found.extend(names.filter(|name| name.len() > PREFIX.len() && name.starts_with(PREFIX)).map(str::to_owned));
    }
    let known = settings(&crate::server::commands::Cli::command());
    let of_tools: BTreeSet<String> = found.into_iter().filter(|name| !known.contains(name)).collect();
    assert_eq!(of_tools, OF_TOOLS.map(str::to_owned).into());
}
