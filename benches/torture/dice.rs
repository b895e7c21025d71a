//! Random numbers without a dependency: xorshift64*, seeded from the standard library's random state.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A source of random numbers; not for secrets.
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        Self(RandomState::new().build_hasher().finish() | 1)
    }

    /// A number from 0 up to, but not including, `bound`.
    pub fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        // 32 random bits, scaled.
        u32::try_from((high * u64::from(bound)) >> 32).unwrap_or_default()
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(u32::try_from(from.len()).unwrap_or(u32::MAX)) as usize]
    }

    /// Random characters of an alphabet.
    pub fn word(&mut self, alphabet: &[u8], length: u32) -> String {
        (0..length).map(|_| char::from(*self.pick(alphabet))).collect()
    }
}
