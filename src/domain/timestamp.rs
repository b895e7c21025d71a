//! A moment, in whole seconds. The server's clock tells the time (`server::clock`).

use serde::{Deserialize, Serialize};

/// Seconds since 1970-01-01 00:00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Seconds of a day.
    pub const DAY: i64 = 86_400;

    /// The moment this many seconds after the epoch.
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The moment this many seconds later.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; zero if the clock went backwards.
    pub const fn since(self, earlier: Self) -> i64 {
        let seconds = self.0.saturating_sub(earlier.0);
        if seconds > 0 { seconds } else { 0 }
    }

    /// When its day began in UTC.
    #[must_use]
    pub const fn start_of_day(self) -> Self {
        Self(self.0 - self.0.rem_euclid(Self::DAY))
    }

    /// The day in UTC, as `2026-11-20`.
    pub fn date(self) -> String {
        self.utc().split(' ').next().unwrap_or_default().to_owned()
    }

    /// Reads such a day of the years 1970 to 9999, as the moment when it began; nothing for a day that no calendar has.
    pub fn parse_date(text: &str) -> Option<Self> {
        let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let is_near = (1_970..=9_999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        // The 31st of a month that has 30 days is the 1st of the next one.
        is_near.then(|| Self::of_date(year, month, day)).filter(|begun| begun.date() == text)
    }

    /// Year and month in UTC.
    pub fn year_and_month(self) -> (i64, i64) {
        let (year, month, _) = self.civil();
        (year, month)
    }

    /// When a day began in UTC. The inverse of what [`Timestamp::utc`] does, by the same source (`days_from_civil`).
    pub const fn of_date(year: i64, month: i64, day: i64) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self((era * 146_097 + day_of_era - 719_468) * Self::DAY)
    }

    /// The moment in UTC, as `2026-11-20 21:14`.
    pub fn utc(self) -> String {
        let ((year, month, day), second) = (self.civil(), self.0.rem_euclid(Self::DAY));
        format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", second / 3_600, second % 3_600 / 60)
    }

    /// Year, month and day in UTC.
    ///
    /// Civil date from days: the algorithm of Howard Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms", `civil_from_days`.
    fn civil(self) -> (i64, i64, i64) {
        let days = self.0.div_euclid(Self::DAY);
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_utc() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00"),
            (951_782_399, "2000-02-28 23:59"),
            (951_782_400, "2000-02-29 00:00"),
            (1_795_209_240, "2026-11-20 21:14"),
            (-1, "1969-12-31 23:59"),
            // Around the leap days of centuries; computed by Python's datetime.
            (4_107_501_000, "2100-02-28 12:30"),
            (4_107_542_460, "2100-03-01 00:01"),
            (13_574_649_540, "2400-02-29 23:59"),
            (-2_203_869_180, "1900-03-01 06:07"),
            (-11_670_998_400, "1600-02-29 00:00"),
            (1_104_487_860, "2004-12-31 10:11"),
            (978_307_200, "2001-01-01 00:00"),
            (12_622_698_120, "2369-12-31 01:02"),
        ] {
            assert_eq!(Timestamp::seconds(seconds).utc(), text);
            let date = text.split(['-', ' ']).filter_map(|part| part.parse::<i64>().ok()).collect::<Vec<_>>();
            let begun = Timestamp::of_date(date[0], date[1], date[2]);
            assert_eq!(begun.get(), seconds - seconds.rem_euclid(86_400), "{text}");
            assert!(text.starts_with(&format!("{} ", Timestamp::seconds(seconds).date())));
        }
    }

    #[test]
    fn a_day_is_read_as_it_is_written_and_no_other_text_is_one() {
        for text in ["1970-01-01", "2000-02-29", "2026-11-20", "9999-12-31"] {
            assert_eq!(Timestamp::parse_date(text).map(Timestamp::date).as_deref(), Some(text));
        }
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-11-31",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-11-00",
            "2026-1-1",
            "26-11-20",
            "1969-12-31",
            "10000-01-01",
            "2026-11-20 21:14",
            "2026-11-20-1",
            "+2026-11-20",
            " 2026-11-20",
            "20.11.2026",
            "9223372036854775807-01-01",
        ] {
            assert_eq!(Timestamp::parse_date(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_clock_that_went_back_counts_as_no_time() {
        assert_eq!(Timestamp::seconds(5).since(Timestamp::seconds(9)), 0);
        assert_eq!(Timestamp::seconds(9).since(Timestamp::seconds(5)), 4);
    }
}
