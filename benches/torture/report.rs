//! The outcome of a trial, and what it counts while it runs.

use super::{answer::Answer, client::Cut};
use std::{
    collections::BTreeMap,
    fmt::Display,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Why a trial did not pass.
#[derive(Debug)]
pub enum Stop {
    /// The machine lacks something the trial needs.
    Missing(String),
    /// A promise was broken, or the trial could not be finished.
    Failed(String),
}

/// A trial's counts, or why there are none.
pub type Outcome<T> = Result<T, Stop>;

/// A failure that says what was being done.
pub fn failed(what: &str, error: impl Display) -> Stop {
    Stop::Failed(format!("{what}: {error}"))
}

/// Counts answers by kind and status, and collects what was wrong.
#[derive(Default)]
pub struct Tally(Mutex<Books>);

#[derive(Default)]
struct Books {
    answers: BTreeMap<(&'static str, u16), u32>,
    slowest: BTreeMap<&'static str, Duration>,
    wrong: Vec<String>,
    wrong_count: u32,
    /// How many sessions a store forgot; `None` if it must not forget any.
    forgotten: Option<u32>,
}

/// The status under which requests without an answer are counted.
pub const CUT: u16 = 0;
/// How many faults are shown in full; the rest is only counted.
const SHOWN: usize = 3;

impl Tally {
    /// Counts an answer, or that there was none.
    pub fn count(&self, kind: &'static str, answer: &Result<Answer, Cut>) {
        let mut books = self.books();
        let (status, took) = answer.as_ref().map_or((CUT, Duration::ZERO), |answer| (answer.status, answer.took));
        *books.answers.entry((kind, status)).or_default() += 1;
        let slowest = books.slowest.entry(kind).or_default();
        *slowest = took.max(*slowest);
    }

    /// Notes something that must not happen.
    pub fn wrong(&self, what: impl Into<String>) {
        let mut books = self.books();
        books.wrong_count += 1;
        if books.wrong.len() < SHOWN {
            books.wrong.push(what.into());
        }
    }

    /// Notes a fault if there is one.
    pub fn check(&self, outcome: Result<(), String>) {
        if let Err(what) = outcome {
            self.wrong(what);
        }
    }

    /// Notes a fault if the condition does not hold.
    pub fn expect(&self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.wrong(otherwise());
        }
    }

    /// From now on, the store may forget whole sessions.
    pub fn may_forget(&self) {
        self.books().forgotten = Some(0);
    }

    /// Counts a session that is gone, if the store may forget; false if it must not.
    pub fn forget(&self) -> bool {
        self.books().forgotten.as_mut().map(|forgotten| *forgotten += 1).is_some()
    }

    /// How many sessions were forgotten, if the store may forget.
    pub fn forgotten(&self) -> Option<u32> {
        self.books().forgotten
    }

    /// The number of answers of this kind and status.
    pub fn number(&self, kind: &'static str, status: u16) -> u32 {
        self.books().answers.get(&(kind, status)).copied().unwrap_or_default()
    }

    /// The number of requests of this kind that failed: refused or without an answer.
    pub fn refused(&self, kind: &'static str) -> u32 {
        self.books()
            .answers
            .iter()
            .filter(|((of, status), _)| *of == kind && *status != 200 && *status != 422)
            .map(|(_, count)| count)
            .sum()
    }

    /// Every kind with its statuses, as `change: 900 x 200, 4 x 503 (slowest 0.03 s)`.
    pub fn answers(&self) -> String {
        let books = self.books();
        let kinds = books.slowest.iter().map(|(kind, slowest)| {
            let of_kind = books.answers.iter().filter(|((of, _), _)| of == kind);
            let counts: Vec<String> = of_kind.map(|((_, status), count)| format!("{count} x {}", status_name(*status))).collect();
            format!("{kind}: {} (slowest {:.2} s)", counts.join(", "), slowest.as_secs_f64())
        });
        kinds.collect::<Vec<_>>().join("; ")
    }

    /// The trial's verdict: these counts, unless something was wrong.
    pub fn verdict(&self, counts: String) -> Outcome<String> {
        let answers = self.answers();
        let books = self.books();
        if books.wrong_count == 0 {
            return Ok(counts);
        }
        let more = if books.wrong_count as usize > books.wrong.len() { " …" } else { "" };
        Err(Stop::Failed(format!("{} wrong: {}{more} [{answers}]", books.wrong_count, books.wrong.join(" / "))))
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn status_name(status: u16) -> String {
    if status == CUT { "no answer".to_owned() } else { status.to_string() }
}
