//! A limit on how many things each address may have at the same time: connections, tabs that listen.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Counts what exists now; cheap to clone.
#[derive(Clone, Debug)]
pub struct AtOnce {
    most: usize,
    present: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One place among those of an address, until it is dropped.
#[derive(Debug)]
pub struct Place {
    of: AtOnce,
    address: IpAddr,
}

impl AtOnce {
    /// At most this many for each address.
    pub fn new(most: usize) -> Self {
        Self { most, present: Arc::default() }
    }

    /// A place for one more, if there is one.
    pub fn admit(&self, address: IpAddr) -> Option<Place> {
        let mut present = self.present();
        let count = present.entry(address).or_default();
        (*count < self.most).then(|| {
            *count += 1;
            Place { of: self.clone(), address }
        })
    }

    fn present(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut present = self.of.present();
        if let Some(count) = present.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                present.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let (tabs, one, other) = (AtOnce::new(2), IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let first = tabs.admit(one).expect("a place");
        let second = tabs.admit(one).expect("a place");
        assert!(tabs.admit(one).is_none());
        assert!(tabs.admit(other).is_some(), "somebody else");
        drop(first);
        let third = tabs.admit(one).expect("a place");
        drop((second, third));
        assert!(tabs.present().is_empty(), "who left is forgotten");
    }
}
