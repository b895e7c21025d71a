//! How long peers may take, and how many may be here at once.

use ipnet::IpNet;
use std::time::Duration;

/// Files that are left for everything else: databases, stores, the log.
const OTHER_FILES: u64 = 256;

/// How long peers may take.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// For the head of a request, from its first byte; for the first one, from the opening of its connection.
    pub head: Duration,
    /// For the body of a request, from the end of its head.
    pub body: Duration,
    /// For taking any byte of an answer.
    pub standstill: Duration,
    /// For asking again on the same connection.
    pub idle: Duration,
    /// For requests under way when the server stops.
    pub grace: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            standstill: Duration::from_secs(30),
            // Longer than the minute after which proxies close theirs (nginx and AWS). So it is not the server that closes
            // one on which a request is on its way.
            idle: Duration::from_secs(75),
            grace: Duration::from_secs(15),
        }
    }
}

/// How many may be here at once, and for how long.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// How long each may take.
    pub times: Times,
    /// Connections in all. Beyond, new ones wait in the system's queue, and connections are closed that wait for another
    /// request.
    pub connections: usize,
    /// Connections of one client: an address of IPv4, or a network of IPv6 (/64). Beyond, new ones are answered 503.
    pub per_client: usize,
    /// Proxies, which are many clients in one: counted in all only.
    pub proxies: Vec<IpNet>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            times: Times::default(),
            // About 20 KB each.
            connections: 8_192,
            // Browsers open six, and one more for each tab of somebody who is logged in. So an office behind one address has
            // room, and one stranger takes at most a thirtieth of all.
            per_client: 256,
            proxies: Vec::new(),
        }
    }
}

impl Bounds {
    /// The usual ones behind these proxies; whatever runs on this machine is one, too. Not more connections than there are
    /// files to hold them, of which the process takes as many as the system lets it.
    pub fn behind(proxies: &[IpNet]) -> Self {
        let usual = Self::default();
        let this_machine = [IpNet::new_assert([127, 0, 0, 0].into(), 8), IpNet::new_assert([0, 0, 0, 0, 0, 0, 0, 1].into(), 128)];
        let wanted = u64::try_from(usual.connections).unwrap_or(u64::MAX).saturating_add(OTHER_FILES);
        let files = rlimit::increase_nofile_limit(wanted).unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot ask for more open files");
            wanted
        });
        // Of very few, half.
        let for_connections = usize::try_from(files.saturating_sub(OTHER_FILES).max(files / 2)).unwrap_or(usize::MAX);
        let connections = usual.connections.min(for_connections);
        // A stranger's share stays the same where there are fewer; the six of a browser and some more are always left.
        let per_client = usual.per_client.min(connections / 32).max(16);
        Self { times: usual.times, connections, per_client, proxies: [proxies, &this_machine].concat() }
    }
}
