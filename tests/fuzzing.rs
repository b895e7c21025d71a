//! What `make fuzz` searches for with millions of inputs: here the seeds, what broke a promise once, and some random bytes.

use crate::{properties, support::TestApp};
use proptest::{
    prelude::{any, prop},
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use std::{fs, path::PathBuf};

fn folder(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fuzz", name].iter().collect()
}

/// The files of a target's folder of seeds.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder("seeds").join(target)).expect("a folder of seeds");
    let seeds: Vec<_> = files.map(|file| fs::read(file.expect("a file").path()).expect("a seed")).collect();
    assert!(!seeds.is_empty(), "{target} has no seeds");
    seeds
}

/// Bytes at random, and seeds in which some bytes are others.
fn some(target: &str, cases: u32, holds: impl Fn(&[u8])) {
    let seeds = seeds(target);
    for seed in &seeds {
        holds(seed);
    }
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4);
    let inputs = (prop::sample::select(seeds), changes, prop::collection::vec(any::<u8>(), 0..64));
    // The same each time: what is new is for `make fuzz` to find, and no surprise for who changed something else.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config { cases, failure_persistence: None, ..Config::default() }, random);
    let tried = runner.run(&inputs, |(mut seed, changes, random)| {
        holds(&random);
        for (place, byte) in changes {
            let place = place.index(seed.len().max(1));
            seed.get_mut(place).into_iter().for_each(|old| *old = byte);
        }
        holds(&seed);
        Ok::<_, TestCaseError>(())
    });
    tried.expect("it holds");
}

#[test]
fn whatever_stands_in_a_cookie_line_is_one_clean_value_or_nobodys() {
    some("cookie", 2_000, properties::cookie::holds);
}

#[test]
fn whatever_next_says_it_leads_to_this_shop_as_browsers_read_it() {
    some("own_path", 2_000, properties::own_path::holds);
}

#[test]
fn whatever_a_catalogue_holds_it_is_taken_whole_or_its_faults_are_told_by_line() {
    some("import", 500, properties::import::holds);
}

#[test]
fn whatever_stands_in_a_store_its_visitor_is_answered_and_what_is_written_is_read() {
    some("session", 500, properties::session::holds);
}

#[test]
fn whatever_a_form_holds_its_answer_is_one_of_ours() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let app = runtime.block_on(TestApp::start());
    some("forms", 100, |data| runtime.block_on(properties::forms::holds(&app.router, data)));
}

#[test]
fn every_target_has_seeds_and_every_seed_a_target() {
    let names = |name: &str| {
        let mut names: Vec<_> = fs::read_dir(folder(name)).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        names.sort();
        names.iter().filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(names("targets"), names("seeds"));
    assert_eq!(names("targets"), ["cookie", "forms", "import", "own_path", "session"], "each has a test of its own above");
}
