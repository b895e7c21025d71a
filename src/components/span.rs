//! A span of time in words.

use crate::tr_n;

/// A number of seconds in words, in the largest unit that fits, rounded down.
pub fn span(seconds: i64) -> String {
    match seconds {
        ..60 => in_seconds(seconds.max(0)),
        60..3_600 => in_minutes(seconds / 60),
        3_600..86_400 => tr_n!(seconds / 3_600, "{count} hour", "{count} hours"),
        86_400.. => tr_n!(seconds / 86_400, "{count} day", "{count} days"),
    }
}

fn in_minutes(minutes: i64) -> String {
    tr_n!(minutes, "{count} minute", "{count} minutes")
}

fn in_seconds(seconds: i64) -> String {
    tr_n!(seconds, "{count} second", "{count} seconds")
}

/// A number of seconds in minutes and seconds, for the last minutes of a login.
pub fn minutes_and_seconds(seconds: i64) -> String {
    match (seconds.max(0) / 60, seconds.max(0) % 60) {
        (0, seconds) => in_seconds(seconds),
        (minutes, 0) => in_minutes(minutes),
        (minutes, seconds) => format!("{} {}", in_minutes(minutes), in_seconds(seconds)),
    }
}

/// A number of seconds as a clock, like `6 days 23:59:59`. It does not get wider as it counts down.
pub fn clock(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let time = format!("{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    match seconds / 86_400 {
        0 => time,
        days => tr_n!(days, "{count} day {time}", "{count} days {time}", time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_the_largest_unit_that_fits() {
        for (seconds, words) in [
            (-5, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (7_199, "1 hour"),
            (86_400, "1 day"),
            (30 * 86_400 - 1, "29 days"),
            (30 * 86_400, "30 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }

    #[test]
    fn a_clock_shows_days_hours_minutes_and_seconds() {
        for (seconds, shown) in
            [(-3, "00:00:00"), (61, "00:01:01"), (86_399, "23:59:59"), (86_400, "1 day 00:00:00"), (30 * 86_400 - 1, "29 days 23:59:59")]
        {
            assert_eq!(clock(seconds), shown);
        }
    }

    #[test]
    fn what_is_left_is_said_in_minutes_and_seconds() {
        for (seconds, words) in [
            (-3, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "1 minute 1 second"),
            (119, "1 minute 59 seconds"),
            (120, "2 minutes"),
        ] {
            assert_eq!(minutes_and_seconds(seconds), words);
        }
    }
}
