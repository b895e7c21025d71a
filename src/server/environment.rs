//! The environment and `.env`: what stands there is taken as it is meant, or the shop does not start.
//!
//! A line that cannot be read and a name that is misspelt would leave a setting at its default, and a default is the demo.

use std::{
    cell::Cell,
    io::{self, Read},
    path::PathBuf,
    rc::Rc,
};

/// The file that is read, in the folder the command is started in. Folders above it have files of their own purpose.
const FILE: &str = ".env";
/// What the names of our settings begin with.
const PREFIX: &str = "SATCHEL_";
/// What tests, benchmarks and browser tests are told by, and no command reads.
const OF_TOOLS: [&str; 5] = ["SATCHEL_BINARY", "SATCHEL_BROWSER", "SATCHEL_E2E_PORT", "SATCHEL_TEST_POSTGRES", "SATCHEL_TEST_STORE"];
/// How alike two names are that may be meant for each other (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.85;

/// Why settings cannot be taken from the environment. No value is ever told: it may be a password.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// The file is there, and cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// A line of the file is no setting.
    #[error("{}, line {line}: write NAME=value, with quotes around a value that has blanks in it", .file.display())]
    Line {
        /// Which file.
        file: PathBuf,
        /// Which line of it, from 1.
        line: usize,
    },
    /// Names that look like ours and are not.
    #[error("{}", .0.iter().map(Unknown::to_string).collect::<Vec<_>>().join("; "))]
    Unknown(Vec<Unknown>),
}

/// A name that is no setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown {
    name: String,
    /// The setting that is named most alike.
    perhaps: Option<String>,
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is no setting", self.name)?;
        self.perhaps.iter().try_for_each(|perhaps| write!(f, "; did you mean {perhaps}?"))
    }
}

/// Takes the settings of `.env`, if there is one, into the environment, which they never override.
///
/// Only before any thread was started: the environment is everybody's.
pub fn load() -> Result<(), EnvironmentError> {
    let file = std::env::current_dir().unwrap_or_default().join(FILE);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(EnvironmentError::Read(file, error)),
    };
    let text = text.trim_start_matches('\u{feff}');
    // As a whole first: of a file with a fault, nothing is taken.
    if let Some(line) = fault(text) {
        return Err(EnvironmentError::Line { file, line });
    }
    dotenvy::from_read(text.as_bytes()).map_err(|error| EnvironmentError::Read(file, io::Error::other(error.to_string())))
}

/// The line in which the first thing stands that is no setting.
fn fault(text: &str) -> Option<usize> {
    let read = Rc::new(Cell::new(0));
    let lines = Lines { rest: text.as_bytes(), read: Rc::clone(&read) };
    dotenvy::from_read_iter(lines).find_map(Result::err).map(|error| match error {
        // A quotation that is never closed reaches to the end of the file; it is told where it begins.
        dotenvy::Error::LineParse(found, _) => read.get() + 1 - found.lines().count().max(1),
        _ => read.get(),
    })
}

/// Gives one line at a time, so that it is known how many were taken.
struct Lines<'a> {
    rest: &'a [u8],
    read: Rc<Cell<usize>>,
}

impl Read for Lines<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let line = self.rest.iter().position(|byte| *byte == b'\n').map_or(self.rest.len(), |end| end + 1);
        let taken = (&self.rest[..line]).read(into)?;
        self.rest = &self.rest[taken..];
        self.read.set(self.read.get() + usize::from(taken == line && line > 0));
        Ok(taken)
    }
}

/// Refuses names that begin like our settings and are none: a misspelt setting would be one that is not set.
pub fn check(command: &clap::Command) -> Result<(), EnvironmentError> {
    let known = settings(command);
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let unknown: Vec<Unknown> = names.filter_map(|name| unknown(name, &known)).collect();
    if unknown.is_empty() { Ok(()) } else { Err(EnvironmentError::Unknown(unknown)) }
}

/// The variables that a command and those below it read.
fn settings(command: &clap::Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(|argument| Some(argument.get_env()?.to_string_lossy().into_owned()));
    let mut names: Vec<String> = own.chain(command.get_subcommands().flat_map(settings)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn unknown(name: String, known: &[String]) -> Option<Unknown> {
    if !name.starts_with(PREFIX) || OF_TOOLS.contains(&name.as_str()) || known.contains(&name) {
        return None;
    }
    // What all have in common says nothing about which is meant.
    let own = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).to_owned();
    let likeness = |setting: &String| strsim::jaro_winkler(&own(&name), &own(setting));
    let nearest = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let perhaps = nearest.filter(|setting| likeness(setting) >= ALIKE).cloned();
    Some(Unknown { name, perhaps })
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;
