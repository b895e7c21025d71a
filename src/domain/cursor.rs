//! A list that is shown page by page, the newest first, by where a page begins and not by its number (keyset pagination): what is
//! added meanwhile moves nothing from one page to another, and the last page costs as much as the first.

/// Where a page begins. Rows are named by an id that grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cursor {
    /// At the newest row.
    #[default]
    Newest,
    /// At the rows that came before this one.
    Before(i64),
    /// At the rows that came after this one.
    After(i64),
}

impl Cursor {
    /// Reads the parameters `before` and `after` of an address. What makes no sense is ignored, not refused.
    pub fn parse(before: &str, after: &str) -> Self {
        match (before.parse(), after.parse()) {
            (Ok(id), _) => Self::Before(id),
            (_, Ok(id)) => Self::After(id),
            _ => Self::Newest,
        }
    }

    /// The parameter of an address; nothing for the newest page.
    pub fn parameter(self) -> Option<String> {
        match self {
            Self::Newest => None,
            Self::Before(id) => Some(format!("before={id}")),
            Self::After(id) => Some(format!("after={id}")),
        }
    }
}

/// Rows on a page.
const ROWS: usize = 50;
/// How many are to be asked for: one more tells whether there is another page.
pub const ASKED: i64 = 51;

/// One page of such a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageOf<T> {
    /// The newest first.
    pub rows: Vec<T>,
    /// The page of newer rows, if there may be some.
    pub newer: Option<Cursor>,
    /// The page of older rows, if there are some.
    pub older: Option<Cursor>,
}

impl<T> PageOf<T> {
    /// The page that begins at a cursor; of rows with their ids, in the order in which they follow it, at most [`ASKED`].
    pub fn of(mut found: Vec<(i64, T)>, cursor: Cursor) -> Self {
        let is_more = found.len() > ROWS;
        found.truncate(ROWS);
        if matches!(cursor, Cursor::After(_)) {
            found.reverse();
        }
        let first = found.first().map(|(id, _)| Cursor::After(*id));
        let last = found.last().map(|(id, _)| Cursor::Before(*id));
        let (newer, older) = match cursor {
            Cursor::Newest => (None, last.filter(|_| is_more)),
            Cursor::Before(_) => (first, last.filter(|_| is_more)),
            Cursor::After(_) => (first.filter(|_| is_more), last),
        };
        Self { rows: found.into_iter().map(|(_, row)| row).collect(), newer, older }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a database would answer of rows 1 to `last`, each its own id.
    fn asked(last: i64, cursor: Cursor) -> PageOf<i64> {
        let most = usize::try_from(ASKED).expect("small");
        let found: Vec<i64> = match cursor {
            Cursor::Newest => (1..=last).rev().take(most).collect(),
            Cursor::Before(id) => (1..=last).rev().filter(|row| *row < id).take(most).collect(),
            Cursor::After(id) => (1..=last).filter(|row| *row > id).take(most).collect(),
        };
        PageOf::of(found.into_iter().map(|row| (row, row)).collect(), cursor)
    }

    #[test]
    fn every_row_is_on_one_page_there_and_back() {
        for last in [0, 1, 49, 50, 51, 100, 101, 149] {
            let all: Vec<i64> = (1..=last).rev().collect();
            let (mut seen, mut page) = (Vec::new(), asked(last, Cursor::Newest));
            assert_eq!(page.newer, None);
            loop {
                seen.extend(page.rows.clone());
                let Some(older) = page.older else { break };
                page = asked(last, older);
            }
            assert_eq!(seen, all, "{last}");
            let mut back = page.rows.clone();
            while let Some(newer) = page.newer {
                page = asked(last, newer);
                back.splice(0..0, page.rows.clone());
            }
            assert_eq!(back, all, "{last}");
        }
    }

    #[test]
    fn a_cursor_is_read_back_from_an_address_and_nonsense_is_the_newest_page() {
        for cursor in [Cursor::Before(7), Cursor::After(9)] {
            let parameter = cursor.parameter().expect("a parameter");
            let of = |name: &str| parameter.strip_prefix(&format!("{name}=")).unwrap_or_default().to_owned();
            assert_eq!(Cursor::parse(&of("before"), &of("after")), cursor);
        }
        assert_eq!([Cursor::parse("", ""), Cursor::parse("x", "1e3"), Cursor::parse("99999999999999999999", "")], [Cursor::Newest; 3]);
        assert_eq!(Cursor::Newest.parameter(), None);
    }
}
