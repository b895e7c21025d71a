//! A span of time in words.

/// So many seconds as somebody would say it: in the largest unit that fits, rounded down.
pub fn span(seconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let fits = |(length, _): &&(i64, &str)| seconds >= *length;
    let (length, name) = UNITS.iter().find(fits).copied().unwrap_or((1, "second"));
    match seconds.max(0) / length {
        1 => format!("1 {name}"),
        count => format!("{count} {name}s"),
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
}
