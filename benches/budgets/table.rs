//! The table at the end: a line for each figure, a column for each database, the budget, and whether it is met.

use super::load::Figures;
use std::io::Write;

/// One figure of one database.
pub struct Line {
    what: String,
    value: String,
    budget: String,
    met: Option<bool>,
}

impl Line {
    /// A figure without a budget, in words.
    pub fn told(what: &str, value: String) -> Self {
        Self { what: what.to_owned(), value, budget: String::new(), met: None }
    }

    /// Requests per second and what they took.
    pub fn load(what: &str, figures: &Figures) -> Self {
        Self::told(what, shown(figures))
    }

    /// A ratio that must not be smaller.
    pub fn at_least(what: &str, value: f64, budget: f64) -> Self {
        Self { what: what.to_owned(), value: format!("{value:.2}"), budget: format!("≥ {budget}"), met: Some(value >= budget) }
    }

    /// A figure that must not be larger.
    pub fn at_most(what: &str, value: f64, budget: f64, unit: &str) -> Self {
        let shown = if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") };
        Self { what: what.to_owned(), value: format!("{shown} {unit}"), budget: format!("≤ {budget} {unit}"), met: Some(value <= budget) }
    }

    /// The same without a budget, if only the other database has one.
    pub fn unbudgeted(self) -> Self {
        Self { budget: String::new(), met: None, ..self }
    }
}

/// Requests per second, CPU time of the server for each, p50 and p99.
pub fn shown(figures: &Figures) -> String {
    let Figures { per_second, cpu_micros, p50_millis, p99_millis, .. } = figures;
    format!("{per_second:.0}/s, {cpu_micros:.0} µs, {p50_millis:.1} and {p99_millis:.1} ms")
}

/// Prints the figures of a file beside those of a server, if there is one. Both are in the same order.
pub fn print(on_file: &[Line], on_server: &[Line]) {
    say("| what | SQLite | Postgres | budget | met |");
    say("|---|---|---|---|---|");
    for (number, line) in on_file.iter().enumerate() {
        let other = on_server.get(number);
        let met: Vec<&str> =
            [line.met, other.and_then(|other| other.met)].into_iter().flatten().map(|met| if met { "yes" } else { "NO" }).collect();
        let value = other.map_or("–", |other| &other.value);
        let mut budgets: Vec<&str> = [Some(line), other].into_iter().flatten().map(|line| line.budget.as_str()).collect();
        budgets.retain(|budget| !budget.is_empty());
        budgets.dedup();
        say(&format!("| {} | {} | {value} | {} | {} |", line.what, line.value, budgets.join(", "), met.join(", ")));
    }
}

/// Prints a line of the result.
pub fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("standard output");
}
