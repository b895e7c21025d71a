//! How long clients may take, and how many connections there may be at once.

use ipnet::IpNet;
use std::time::Duration;

/// Open files that are reserved for everything else: databases, stores, the log.
const OTHER_FILES: u64 = 256;

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// For the head of a request, from its first byte; for the first one, from the opening of its connection.
    pub head: Duration,
    /// For the body of a request, from the end of its head.
    pub body: Duration,
    /// For accepting any byte of an answer.
    pub standstill: Duration,
    /// For sending another request on the same connection.
    pub idle: Duration,
    /// For requests that still run when the server stops.
    pub grace: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            standstill: Duration::from_secs(30),
            // Longer than the minute after which proxies close their connections (nginx and AWS). So the server does not close a
            // connection while a proxy sends a request on it.
            idle: Duration::from_secs(75),
            grace: Duration::from_secs(15),
        }
    }
}

/// How many connections there may be at once, and how long each wait may take.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// How long clients may take.
    pub times: Times,
    /// Connections in total. When there are so many, new ones wait in the system's queue, and idle ones are closed.
    pub connections: usize,
    /// Connections of one client: an IPv4 address, or an IPv6 network (/64). Further ones are answered 503.
    pub per_client: usize,
    /// Proxies. They carry the requests of many clients, so only the total limits them.
    pub proxies: Vec<IpNet>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            times: Times::default(),
            // About 20 KB each.
            connections: 8_192,
            // A browser opens about six, and one more for its stream of events. So an office behind one address has enough, and one
            // attacker gets at most a thirtieth of all connections.
            per_client: 256,
            proxies: Vec::new(),
        }
    }
}

impl Bounds {
    /// The default bounds behind these proxies; every program on this machine counts as a proxy, too. Each connection needs an open
    /// file, so the process asks the system for enough of them, and allows fewer connections if it gets fewer files.
    pub fn behind(proxies: &[IpNet]) -> Self {
        let usual = Self::default();
        let this_machine = [IpNet::new_assert([127, 0, 0, 0].into(), 8), IpNet::new_assert([0, 0, 0, 0, 0, 0, 0, 1].into(), 128)];
        let wanted = u64::try_from(usual.connections).unwrap_or(u64::MAX).saturating_add(OTHER_FILES);
        let files = rlimit::increase_nofile_limit(wanted).unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot ask for more open files");
            wanted
        });
        // If there are very few files, connections get half of them.
        let for_connections = usize::try_from(files.saturating_sub(OTHER_FILES).max(files / 2)).unwrap_or(usize::MAX);
        let connections = usual.connections.min(for_connections);
        // One client's share of the total stays the same, but is never less than two browsers need.
        let per_client = usual.per_client.min(connections / 32).max(16);
        Self { times: usual.times, connections, per_client, proxies: [proxies, &this_machine].concat() }
    }
}
