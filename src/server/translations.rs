//! The translations: read from the PO files once, kept for as long as the server runs.

use crate::{
    domain::terms::TaxRate,
    words::{self, Language, Part, parts},
};
use icu_calendar::Gregorian;
use icu_datetime::{
    FixedCalendarDateTimeFormatter, fieldsets,
    input::{Date, DateTime, Time},
};
use icu_decimal::{DecimalFormatter, input::Decimal, options::DecimalFormatterOptions};
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use rspolib::pofile;
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};
use time::OffsetDateTime;

/// The sentences of a language.
#[derive(Debug)]
pub struct Catalogue {
    said: HashMap<String, Said>,
    /// The sentences that islands may say: those of files that are not the server's alone.
    of_islands: HashSet<String>,
    /// The numbers that take the form for one. They are few: of no language here does one above 99 take it.
    ones: Vec<u64>,
    /// What the browser needs, as JSON.
    for_browser: String,
}

/// A translation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Said {
    /// Of a sentence.
    Sentence(String),
    /// Of one about a number: the form for one, and that for others.
    Numbered(String, String),
}

/// What the browser needs to say what the islands say. It is read by `components/words_of_page.rs`.
#[derive(Serialize)]
struct ForBrowser<'a> {
    /// Whether nothing takes the form for one, too.
    zero_is_one: bool,
    said: BTreeMap<&'a str, &'a Said>,
}

/// What a language writes between digits.
#[derive(Debug, PartialEq, Eq)]
struct Separators {
    /// Between groups of three digits.
    group: String,
    /// Before the fraction.
    decimal: String,
}

static GERMAN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::German, include_str!("translations/de.po")));
static FRENCH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::French, include_str!("translations/fr.po")));
static PSEUDO: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::pseudo(&GERMAN));

/// The sentences of a language; nothing for English, which stands in the code.
pub fn of(language: Language) -> Option<&'static Catalogue> {
    match language {
        Language::English => None,
        Language::German => Some(&GERMAN),
        Language::French => Some(&FRENCH),
        Language::Pseudo => Some(&PSEUDO),
    }
}

/// A language as Unicode's libraries know it. The pseudo-language writes numbers as English does.
fn locale(language: Language) -> Option<Locale> {
    let tag = if language == Language::Pseudo { Language::English } else { language }.as_str();
    tag.parse().ok()
}

fn separators(language: Language) -> &'static Separators {
    static ALL: LazyLock<[Separators; 4]> = LazyLock::new(|| Language::EVERY.map(by_unicode));
    &ALL[language as usize]
}

fn by_unicode(language: Language) -> Separators {
    let formatter = locale(language).and_then(|locale| DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default()).ok());
    let mut sample = Decimal::from(123_456_789);
    sample.multiply_pow10(-2);
    let written = formatter.map(|formatter| formatter.format(&sample).to_string()).unwrap_or_default();
    let marks: Vec<&str> = written.split(|one: char| one.is_ascii_digit()).filter(|mark| !mark.is_empty()).collect();
    let [group, decimal] = if let [group, _, decimal] = marks[..] { [group, decimal] } else { [",", "."] };
    Separators { group: group.to_owned(), decimal: decimal.to_owned() }
}

/// A whole number.
pub fn number(language: Language, number: u64) -> String {
    let (digits, separator) = (number.to_string(), &separators(language).group);
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push_str(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// An amount of this many minor units in the currency with this code, which has so many digits behind the decimal mark.
pub fn amount(language: Language, units: u64, digits: u32, code: &str) -> String {
    let scale = 10_u64.pow(digits);
    let whole = number(language, units / scale);
    let amount = match digits {
        0 => whole,
        _ => format!("{whole}{}{:0width$}", separators(language).decimal, units % scale, width = digits as usize),
    };
    let symbol = match (language, code) {
        (Language::French, "USD") => "$US",
        (Language::French, "GBP") => "£GB",
        (Language::French, "JPY") => "JPY",
        (_, "USD") => "$",
        (_, "EUR") => "€",
        (_, "GBP") => "£",
        (_, "JPY") => "¥",
        (_, code) => code,
    };
    // Unicode CLDR 48; a browser test compares with `Intl`.
    match language {
        Language::English | Language::Pseudo => format!("{symbol}{amount}"),
        Language::German | Language::French => format!("{amount}\u{a0}{symbol}"),
    }
}

/// So many hundredths of a percent, as CLDR writes it: `8.1%`, and in German and French `8,1 %`.
pub fn percent(language: Language, hundredths: u16) -> String {
    let number = TaxRate::hundredths(hundredths).unwrap_or_default().to_string().replace('.', &separators(language).decimal);
    let space = if matches!(language, Language::German | Language::French) { "\u{a0}" } else { "" };
    format!("{number}{space}%")
}

/// A day of the calendar, and the time on it.
fn civil(seconds: i64) -> Option<DateTime<Gregorian>> {
    let moment = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    let date = Date::try_new_gregorian(moment.year(), moment.month().into(), moment.day()).ok()?;
    Some(DateTime { date, time: Time::try_new(moment.hour(), moment.minute(), moment.second(), 0).ok()? })
}

type OfMoments = FixedCalendarDateTimeFormatter<Gregorian, fieldsets::YMDT>;
type OfDays = FixedCalendarDateTimeFormatter<Gregorian, fieldsets::YMD>;
type OfMonths = FixedCalendarDateTimeFormatter<Gregorian, fieldsets::YM>;

/// A moment in UTC, as a language writes it; nothing of what is outside of the calendar.
pub fn date_time(language: Language, seconds: i64) -> String {
    thread_local! {
        static ALL: [Option<OfMoments>; 4] =
            Language::EVERY.map(|one| OfMoments::try_new(locale(one)?.into(), fieldsets::YMD::medium().with_time_hm()).ok());
    }
    let written = |all: &[Option<OfMoments>; 4]| Some(all[language as usize].as_ref()?.format(&civil(seconds)?).to_string());
    ALL.with(written).unwrap_or_default()
}

/// The day of such a moment.
pub fn date(language: Language, seconds: i64) -> String {
    thread_local! {
        static ALL: [Option<OfDays>; 4] = Language::EVERY.map(|one| OfDays::try_new(locale(one)?.into(), fieldsets::YMD::medium()).ok());
    }
    let written = |all: &[Option<OfDays>; 4]| Some(all[language as usize].as_ref()?.format(&civil(seconds)?.date).to_string());
    ALL.with(written).unwrap_or_default()
}

/// The month of such a moment.
pub fn month(language: Language, seconds: i64) -> String {
    thread_local! {
        static ALL: [Option<OfMonths>; 4] = Language::EVERY.map(|one| OfMonths::try_new(locale(one)?.into(), fieldsets::YM::medium()).ok());
    }
    let written = |all: &[Option<OfMonths>; 4]| Some(all[language as usize].as_ref()?.format(&civil(seconds)?.date).to_string());
    ALL.with(written).unwrap_or_default()
}

impl Catalogue {
    /// Reads a PO file. What it does not have stays in English; a test finds that.
    fn read(language: Language, text: &str) -> Self {
        let (mut said, mut of_islands) = (HashMap::new(), HashSet::new());
        for entry in pofile(text).map(|file| file.entries).unwrap_or_default() {
            if entry.fuzzy() || entry.obsolete {
                continue;
            }
            let is_servers = |file: &str| file.starts_with("src/server/") || file.starts_with("src/pages/");
            if entry.occurrences.iter().any(|(file, _)| !is_servers(file)) {
                of_islands.insert(entry.msgid.clone());
            }
            match (entry.msgstr, &entry.msgstr_plural[..]) {
                (_, [one, other]) if !one.is_empty() && !other.is_empty() => {
                    said.insert(entry.msgid, Said::Numbered(one.clone(), other.clone()));
                }
                (Some(sentence), []) if !sentence.is_empty() => {
                    said.insert(entry.msgid, Said::Sentence(sentence));
                }
                _ => {}
            }
        }
        let rules = locale(language).and_then(|locale| PluralRules::try_new_cardinal(locale.into()).ok());
        let is_one = |count: &u64| rules.as_ref().map_or(*count == 1, |rules| rules.category_for(*count) == PluralCategory::One);
        Self::of(said, of_islands, (0..100).filter(is_one).collect())
    }

    /// Every sentence of another language, in English with accents.
    fn pseudo(other: &Self) -> Self {
        let numbered = |one: &str, said: &Said| match said {
            Said::Sentence(_) => Said::Sentence(pseudo(one)),
            // The English form for others is not known here.
            Said::Numbered(..) => Said::Numbered(pseudo(one), pseudo(one)),
        };
        let said = other.said.iter().map(|(sentence, said)| (sentence.clone(), numbered(sentence, said))).collect();
        Self::of(said, other.of_islands.clone(), vec![1])
    }

    /// A sentence; as it is where there is no translation.
    pub fn sentence(&self, sentence: &str) -> String {
        match self.said.get(sentence) {
            Some(Said::Sentence(said)) => said.clone(),
            _ => sentence.to_owned(),
        }
    }

    /// The form of a sentence that goes with this number.
    pub fn plural(&self, count: u64, one: &'static str, other: &'static str) -> String {
        match self.said.get(one) {
            Some(Said::Numbered(for_one, for_others)) => if self.ones.contains(&count) { for_one } else { for_others }.clone(),
            _ => words::english(count, one, other).to_owned(),
        }
    }

    fn of(said: HashMap<String, Said>, of_islands: HashSet<String>, ones: Vec<u64>) -> Self {
        let brought = said.iter().filter(|(sentence, _)| of_islands.contains(*sentence));
        let brought = brought.map(|(sentence, said)| (sentence.as_str(), said)).collect();
        let for_browser = serde_json::to_string(&ForBrowser { zero_is_one: ones.contains(&0), said: brought }).unwrap_or_default();
        Self { said, of_islands, ones, for_browser }
    }

    /// What the browser needs, as JSON.
    pub fn for_browser(&self) -> &str {
        &self.for_browser
    }
}

/// A sentence that can be read but is seen to be translated: accents, a third longer, in brackets. Places stay.
fn pseudo(sentence: &str) -> String {
    let accented = |one: char| match one {
        'a' => 'á',
        'e' => 'é',
        'i' => 'í',
        'o' => 'ó',
        'u' => 'ú',
        'n' => 'ñ',
        'c' => 'ç',
        'A' => 'Á',
        'E' => 'É',
        'I' => 'Í',
        'O' => 'Ó',
        'U' => 'Ú',
        other => other,
    };
    let mut said = String::from("[");
    for part in parts(sentence) {
        match part {
            Part::Text(text) => said.extend(text.chars().map(accented)),
            Part::Place(name) => {
                said.push('{');
                said.push_str(name);
                said.push('}');
            }
        }
    }
    // As long as words are, so that lines can break.
    for at in 0..sentence.chars().count() / 3 {
        said.push_str(if at % 9 == 8 { " " } else { "~" });
    }
    said.push(']');
    said
}
