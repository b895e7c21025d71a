//! How much one address may ask for at once: requests to `/api`, sessions begun, tabs that listen.
//!
//! It is counted in memory, so it costs nearly nothing, and each node counts for itself. Limits that must hold for all
//! nodes together are counted in the database: [`super::throttle`].
//!
//! An address is often many people: an office, a school, or the customers of a mobile network, of whom a thousand and more
//! share one of IPv4 (RFC 6888 asks networks for limits per customer for that reason). So the bounds are what such an
//! address may need on a busy day, and far from what a node can do.

use crate::{
    domain::wait::Wait,
    server::{
        at_once::{AtOnce, Place},
        config::RateLimit,
        sessions::TAB_WAIT,
    },
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};
use std::{net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

/// An address that was quiet for this many seconds may send this many times its rate at once: a page with all its islands, or a
/// few quick clicks of everybody in an office.
const BURST: NonZeroU32 = at_least_one(5);
/// Sessions that one address may begin at once; it gets them back evenly within an hour. A session is a row of about a
/// kilobyte for thirty days, so an address keeps at most 220 MB busy. In an office of 300 everybody may begin one each hour.
const SESSIONS: NonZeroU32 = at_least_one(300);
/// Tabs of one address that listen at once.
const TABS: usize = 200;
/// How often addresses are forgotten that are as good as new. In between, each takes about 70 bytes: at 20,000 requests a
/// second, each of another address, 7 MB; and if each of those began a session, 24 MB more.
const FORGETTING: Duration = Duration::from_secs(5);

/// The limits of one node; cheap to clone. There are none where `SATCHEL_RATE_LIMIT` is off.
#[derive(Clone, Debug)]
pub struct Limits(Option<Arc<Counts>>);

#[derive(Debug)]
struct Counts {
    requests: Allowance<MonotonicClock>,
    sessions: Allowance<MonotonicClock>,
    tabs: AtOnce,
}

impl Limits {
    /// Nobody asked for anything yet.
    pub fn new(limit: RateLimit) -> Self {
        let counts = |per_second: NonZeroU32| Counts {
            requests: Allowance::new(Quota::per_second(per_second).allow_burst(per_second.saturating_mul(BURST)), MonotonicClock),
            sessions: Allowance::new(Quota::per_hour(SESSIONS), MonotonicClock),
            tabs: AtOnce::new(TABS),
        };
        Self(limit.per_second().map(counts).map(Arc::new))
    }

    /// Whether there are any.
    pub fn are_on(&self) -> bool {
        self.0.is_some()
    }

    /// Counts a request of an address, or says after how long one will be taken.
    pub fn request(&self, address: IpAddr) -> Result<(), Wait> {
        self.0.as_ref().map_or(Ok(()), |counts| counts.requests.admit(address).map_err(Wait::from))
    }

    /// Counts a session that begins, or says after how long one may.
    pub fn session(&self, address: IpAddr) -> Result<(), Duration> {
        self.0.as_ref().map_or(Ok(()), |counts| counts.sessions.admit(address))
    }

    /// Counts a tab that listens, until what is returned is dropped; or says after how long one may.
    pub fn tab(&self, address: IpAddr) -> Result<Option<Place>, Wait> {
        self.0.as_ref().map(|counts| counts.tabs.admit(address).ok_or_else(|| TAB_WAIT.into())).transpose()
    }

    /// Forgets, as long as the server runs, addresses that are as good as new.
    pub async fn forget_again_and_again(self) {
        let Some(counts) = self.0 else { return };
        let mut rounds = tokio::time::interval(FORGETTING);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            rounds.tick().await;
            counts.requests.forget();
            counts.sessions.forget();
        }
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// At most this many at once for each address; they come back evenly (the generic cell rate algorithm).
#[derive(Debug)]
struct Allowance<C: Clock>(RateLimiter<IpAddr, DashMapStateStore<IpAddr>, C, NoOpMiddleware<C::Instant>>);

impl<C: Clock> Allowance<C> {
    fn new(quota: Quota, clock: C) -> Self {
        Self(RateLimiter::new(quota, DashMapStateStore::default(), clock))
    }

    /// Counts one, or says after how long one will be there.
    fn admit(&self, address: IpAddr) -> Result<(), Duration> {
        self.0.check_key(&address).map_err(|refused| refused.wait_time_from(self.0.clock().now()))
    }

    fn forget(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;
    use std::net::Ipv4Addr;

    fn address(number: u32) -> IpAddr {
        Ipv4Addr::from_bits(number).into()
    }

    #[test]
    fn an_address_gets_back_what_it_used_and_others_are_not_concerned() {
        let clock = FakeRelativeClock::default();
        let sessions = Allowance::new(Quota::per_hour(SESSIONS), clock.clone());
        for number in 1..=300 {
            assert_eq!(sessions.admit(address(1)), Ok(()), "{number}");
        }
        assert_eq!(sessions.admit(address(1)).map_err(Wait::from), Err(Wait::from(12)));
        assert_eq!(sessions.admit(address(2)), Ok(()));
        clock.advance(Duration::from_millis(11_900));
        assert_eq!(sessions.admit(address(1)).map_err(Wait::from), Err(Wait::from(1)));
        clock.advance(Duration::from_millis(100));
        assert_eq!(sessions.admit(address(1)), Ok(()));
        assert!(sessions.admit(address(1)).is_err());
    }

    #[test]
    fn addresses_that_are_as_good_as_new_take_no_memory() {
        let clock = FakeRelativeClock::default();
        let sessions = Allowance::new(Quota::per_hour(SESSIONS), clock.clone());
        for number in 0..10_000 {
            assert_eq!(sessions.admit(address(number)), Ok(()));
        }
        sessions.forget();
        assert_eq!(sessions.0.len(), 10_000);
        clock.advance(Duration::from_secs(24));
        assert_eq!(sessions.admit(address(7)), Ok(()));
        sessions.forget();
        assert_eq!(sessions.0.len(), 1);
    }
}
