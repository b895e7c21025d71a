//! A span of time in words.

/// A number of seconds in words, in the largest unit that fits, rounded down.
pub fn span(seconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let fits = |(length, _): &&(i64, &str)| seconds >= *length;
    let (length, name) = UNITS.iter().find(fits).copied().unwrap_or((1, "second"));
    match seconds.max(0) / length {
        1 => format!("1 {name}"),
        count => format!("{count} {name}s"),
    }
}

/// A number of seconds in minutes and seconds, for the last minutes of a login.
pub fn minutes_and_seconds(seconds: i64) -> String {
    let words = |count: i64, name: &str| if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") };
    match (seconds.max(0) / 60, seconds.max(0) % 60) {
        (0, seconds) => words(seconds, "second"),
        (minutes, 0) => words(minutes, "minute"),
        (minutes, seconds) => format!("{} {}", words(minutes, "minute"), words(seconds, "second")),
    }
}

/// A number of seconds as a clock, like `6 days 23:59:59`. It does not get wider as it counts down.
pub fn clock(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let time = format!("{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    match seconds / 86_400 {
        0 => time,
        1 => format!("1 day {time}"),
        days => format!("{days} days {time}"),
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
