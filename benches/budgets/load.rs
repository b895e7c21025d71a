//! A small load generator for this machine: many connections, one request at a time on each.

use super::http::{Connection, Target, worded};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// The figures of a measurement.
pub struct Figures {
    /// Answers per second.
    pub per_second: f64,
    /// CPU time of the server per answer.
    pub cpu_micros: f64,
    /// Half of the answers took at most this long.
    pub p50_millis: f64,
    /// 99 of 100 answers took at most this long.
    pub p99_millis: f64,
    /// The longest wait for an answer.
    pub longest_millis: f64,
}

impl Figures {
    fn of(mut latencies: Vec<Duration>, span: Duration, ticks: u64) -> Self {
        latencies.sort();
        let count = f64::from(u32::try_from(latencies.len()).expect("not that many"));
        let percentile = |percent: usize| latencies[(latencies.len() * percent / 100).min(latencies.len() - 1)].as_secs_f64() * 1_000.0;
        Self {
            per_second: count / span.as_secs_f64(),
            // Linux counts CPU time in hundredths of a second.
            cpu_micros: f64::from(u32::try_from(ticks).expect("not that long")) * 10_000.0 / count,
            p50_millis: percentile(50),
            p99_millis: percentile(99),
            longest_millis: percentile(100),
        }
    }
}

/// Sends requests for the time `span`; at most `per_second` a second, if given.
pub async fn run(target: &Target, connections: usize, span: Duration, per_second: Option<f64>, pid: u32) -> Figures {
    let share = f64::from(u32::try_from(connections).expect("few connections"));
    let pause = per_second.map(|rate| Duration::from_secs_f64(share / rate));
    let (before, begun) = (cpu_ticks(pid), Instant::now());
    let mut tasks = JoinSet::new();
    for number in 0..connections {
        let target = target.clone();
        // Connections that pause must not all pause at the same moment.
        let offset = pause.map(|pause| pause.mul_f64(f64::from(u32::try_from(number).expect("few connections")) / share));
        tasks.spawn(async move { one(&target, (number, connections), || Instant::now() < begun + span, pause, offset).await });
    }
    let latencies: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    Figures::of(latencies, begun.elapsed(), cpu_ticks(pid) - before)
}

/// Sends each request once, on one connection.
pub async fn each(target: &Target, pid: u32) -> Figures {
    let (before, begun, mut left) = (cpu_ticks(pid), Instant::now(), 0..target.requests.len());
    let latencies = one(target, (0, 1), || left.next().is_some(), None, None).await;
    Figures::of(latencies, begun.elapsed(), cpu_ticks(pid) - before)
}

/// Sends requests on one connection while something else runs.
pub async fn during<T>(target: &Target, pid: u32, other: impl Future<Output = T>) -> (T, Figures) {
    let (before, begun) = (cpu_ticks(pid), Instant::now());
    let goes_on = Arc::new(AtomicBool::new(true));
    let asking = {
        let (target, goes_on) = (target.clone(), Arc::clone(&goes_on));
        tokio::spawn(async move { one(&target, (0, 1), || goes_on.load(Ordering::Relaxed), None, None).await })
    };
    let done = other.await;
    goes_on.store(false, Ordering::Relaxed);
    let latencies = asking.await.expect("asked");
    (done, Figures::of(latencies, begun.elapsed(), cpu_ticks(pid) - before))
}

async fn one(
    target: &Target,
    (number, connections): (usize, usize),
    mut goes_on: impl FnMut() -> bool,
    pause: Option<Duration>,
    offset: Option<Duration>,
) -> Vec<Duration> {
    let mut connection = Connection::open(target.address).await;
    let mut latencies = Vec::new();
    let mut due = Instant::now() + offset.unwrap_or_default();
    let mut requests = target.requests_of(number, connections);
    while goes_on() {
        if let Some(pause) = pause {
            tokio::time::sleep_until(due.into()).await;
            due += pause;
        }
        let request = worded(requests.next().expect("a request"));
        let begun = Instant::now();
        let answer = connection.exchange(&request).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..answer.len().min(300)]));
        latencies.push(begun.elapsed());
    }
    latencies
}

/// User and system time of a process in ticks, from /proc (fields 14 and 15 of stat).
pub fn cpu_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("Linux' /proc");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u64>().expect("a number");
    ticks(11) + ticks(12)
}
