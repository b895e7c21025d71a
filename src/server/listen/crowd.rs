//! Counts connections by client, and events that happen too often to log each one.

use crate::server::{
    at_once::{AtOnce, Place},
    client_address::counted,
};
use ipnet::IpNet;
use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

/// Decides which client may have one more connection.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    clients: AtOnce,
    proxies: Arc<[IpNet]>,
}

/// Counts as a connection until it is dropped.
#[derive(Debug)]
pub(super) struct Admitted {
    _place: Option<Place>,
}

impl Crowd {
    /// Allows this many connections for each client; `proxies` may have any number.
    pub(super) fn new(per_client: usize, proxies: &[IpNet]) -> Self {
        Self { clients: AtOnce::new(per_client), proxies: proxies.into() }
    }

    /// Counts one more connection from this address, if the client may have one more.
    pub(super) fn admit(&self, address: IpAddr) -> Option<Admitted> {
        let address = address.to_canonical();
        if self.proxies.iter().any(|proxies| proxies.contains(&address)) {
            return Some(Admitted { _place: None });
        }
        self.clients.admit(counted(Some(address))).map(|place| Admitted { _place: Some(place) })
    }
}

/// How often an event that happens all the time is logged.
const TELLING: Duration = Duration::from_secs(60);

/// An event that is logged once a minute at most, however often it happens.
#[derive(Debug)]
pub(super) struct Seldom {
    pause: Duration,
    told: Option<Instant>,
    untold: u64,
}

impl Default for Seldom {
    fn default() -> Self {
        Self { pause: TELLING, told: None, untold: 0 }
    }
}

impl Seldom {
    /// Counts one more. If it is to be logged now, gives how many there were since the last line in the log.
    pub(super) fn once_more(&mut self) -> Option<u64> {
        self.untold += 1;
        if self.told.is_some_and(|told| told.elapsed() < self.pause) {
            return None;
        }
        self.told = Some(Instant::now());
        Some(std::mem::take(&mut self.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_client_has_so_many_places_and_gets_them_back() {
        let crowd = Crowd::new(2, &["10.0.0.0/8".parse().expect("a network")]);
        for (one, same, other) in
            [("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"), ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")]
        {
            let first = crowd.admit(address(one)).expect("a place");
            let second = crowd.admit(address(same)).expect("a place");
            assert!(crowd.admit(address(one)).is_none() && crowd.admit(address(same)).is_none(), "{one}");
            assert!(crowd.admit(address(other)).is_some(), "{other} is somebody else");
            drop(first);
            assert!(crowd.admit(address(one)).is_some(), "{one}");
            drop(second);
        }
        let proxied: Vec<_> = (0..9).filter_map(|_| crowd.admit(address("10.1.2.3"))).collect();
        assert_eq!(proxied.len(), 9, "a proxy is many clients");
    }

    #[test]
    fn what_happens_often_is_told_seldom() {
        let mut refused = Seldom::default();
        assert_eq!([refused.once_more(), refused.once_more(), refused.once_more()], [Some(1), None, None]);
        refused.pause = Duration::ZERO;
        assert_eq!([refused.once_more(), refused.once_more()], [Some(3), Some(1)]);
    }
}
