//! The memory and the threads of a process, from /proc (Linux).

use super::report::{Outcome, failed};
use std::fs;

/// Memory of a process in kilobytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// The memory now (resident set).
    pub now: u32,
    /// The most memory since it started.
    pub most: u32,
}

impl Memory {
    pub fn of(pid: u32) -> Outcome<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).map_err(|error| failed("/proc", error))?;
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
        };
        Ok(Self { now: kilobytes("VmRSS:"), most: kilobytes("VmHWM:") })
    }
}

/// How many threads of this name a process has.
pub fn threads(pid: u32, name: &str) -> usize {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return 0 };
    tasks.flatten().filter(|task| fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim() == name)).count()
}
