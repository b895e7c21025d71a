//! The number of visits on each day of the last eight weeks.

use crate::domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Visits by day, in UTC: a session does not know its visitor's time zone. Days without a visit are not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VisitDays(Vec<VisitDay>);

/// A day on which there was a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitDay {
    /// Its first moment.
    pub day: Timestamp,
    /// How many visits began on it.
    pub visits: u32,
}

impl VisitDays {
    /// How many days are kept, today included: eight weeks.
    pub const DAYS: i64 = 56;

    /// Counts a visit that begins now, and drops days that are too old. It also drops days in the future: a wrong clock wrote them.
    pub fn count(&mut self, now: Timestamp) {
        let today = now.start_of_day();
        self.0.retain(|one| is_remembered(one.day, today));
        match self.0.iter_mut().find(|one| one.day == today) {
            Some(one) => one.visits = one.visits.saturating_add(1),
            None => self.0.push(VisitDay { day: today, visits: 1 }),
        }
    }

    /// Starts again with the last day and one visit, because that visit still goes on.
    pub fn begin_anew(&mut self) {
        let last = self.0.iter().map(|one| one.day).max();
        self.0 = last.map(|day| VisitDay { day, visits: 1 }).into_iter().collect();
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The days that had a visit.
    pub fn days(&self) -> &[VisitDay] {
        &self.0
    }

    /// Every day of the last eight weeks, the oldest first, including days without a visit.
    pub fn until(&self, now: Timestamp) -> Vec<VisitDay> {
        let today = now.start_of_day();
        let visits = |day: Timestamp| self.0.iter().find(|one| one.day == day).map_or(0, |one| one.visits);
        let days = (0..Self::DAYS).rev().map(|ago| today.plus(-ago * Timestamp::DAY));
        days.map(|day| VisitDay { day, visits: visits(day) }).collect()
    }
}

fn is_remembered(day: Timestamp, today: Timestamp) -> bool {
    day <= today && today.since(day) < VisitDays::DAYS * Timestamp::DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = Timestamp::DAY;
    const START: Timestamp = Timestamp::seconds(20_000 * DAY + 60);

    #[test]
    fn visits_are_counted_by_day_for_eight_weeks_and_no_longer() {
        let mut days = VisitDays::default();
        for number in 0..1_000 {
            days.count(START.plus(number * DAY / 2));
            assert!(days.days().len() <= 56);
        }
        let now = START.plus(499 * DAY + DAY / 2);
        let shown = days.until(now);
        assert_eq!((shown.len(), shown[0].day, shown[55].day), (56, Timestamp::seconds(20_444 * DAY), Timestamp::seconds(20_499 * DAY)));
        assert!(shown.iter().all(|one| one.visits == 2));
        let later = days.until(now.plus(50 * DAY));
        assert_eq!(later.iter().map(|one| one.visits).sum::<u32>(), 12, "the last six days of then");
        assert!(serde_json::to_string(&days).expect("written").len() < 56 * 40);
    }

    #[test]
    fn a_day_that_lies_ahead_is_dropped_and_a_new_beginning_keeps_one_visit() {
        let mut days = VisitDays::default();
        days.count(START.plus(3 * DAY));
        days.count(START);
        days.count(START);
        assert_eq!(days.days(), [VisitDay { day: Timestamp::seconds(20_000 * DAY), visits: 2 }]);
        days.begin_anew();
        assert_eq!(days.days(), [VisitDay { day: Timestamp::seconds(20_000 * DAY), visits: 1 }]);
        let mut none = VisitDays::default();
        none.begin_anew();
        assert!(none.is_empty());
    }
}
