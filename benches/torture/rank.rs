//! Compares two kinds of times by their ranks, because a few slow answers hardly change ranks.

use std::fmt;

/// How times of two kinds differ, in milliseconds.
pub struct Compared {
    medians: (f64, f64),
    /// The median of the differences within pairs, and its interval with 95 % confidence.
    difference: f64,
    pub low: f64,
    pub high: f64,
    /// The probability of ranks that differ this much or more, if the two kinds are the same (Mann-Whitney test, two-sided).
    probability: f64,
}

/// Compares times that were measured in pairs. There are thousands, so the normal approximations of both statistics are valid.
pub fn compare(pairs: &[(f64, f64)]) -> Compared {
    let (first, second): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let differences = sorted(pairs.iter().map(|(one, other)| one - other).collect());
    let count = count(pairs.len());
    // The inverse of the sign test: the interval has this many ranks on each side of the middle (1.96 standard deviations).
    let beside = 0.98 * count.sqrt();
    let at = |rank: f64| differences[whole(rank.clamp(0.0, count - 1.0))];
    Compared {
        medians: (median(first.clone()), median(second.clone())),
        difference: at(count / 2.0),
        low: at(count / 2.0 - beside),
        high: at(count / 2.0 + beside),
        probability: mann_whitney(&first, &second),
    }
}

fn mann_whitney(first: &[f64], second: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = first.iter().map(|time| (*time, true)).chain(second.iter().map(|time| (*time, false))).collect();
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    // Times are in nanoseconds, so there are no equal ones, or too few to matter.
    let ranks: f64 = all.iter().enumerate().filter(|(_, (_, is_first))| *is_first).map(|(rank, _)| count(rank + 1)).sum();
    let (one, other) = (count(first.len()), count(second.len()));
    let wins = ranks - one * (one + 1.0) / 2.0;
    let z = (wins - one * other / 2.0) / (one * other * (one + other + 1.0) / 12.0).sqrt();
    beyond(z.abs())
}

/// The probability that a standard normal variable is this far from zero or farther (Abramowitz and Stegun, 26.2.17; exact to 1e-7).
fn beyond(z: f64) -> f64 {
    let part = 1.0 / (1.0 + 0.231_641_9 * z);
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let factors = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    2.0 * density * factors.iter().rev().fold(0.0, |sum, factor| (sum + factor) * part)
}

fn median(times: Vec<f64>) -> f64 {
    let times = sorted(times);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn sorted(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank between the first and the last")]
fn whole(rank: f64) -> usize {
    rank.round() as usize
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { medians: (known, unknown), difference, low, high, probability } = self;
        write!(
            f,
            "known {known:.3} ms, unknown {unknown:.3} ms, difference {difference:+.3} ({low:+.3} to {high:+.3}), p = {probability:.2}"
        )
    }
}
