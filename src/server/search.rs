//! Finds products by words: whole ones, their beginnings, and words with a typing error.
//!
//! All words of the catalogue stand in one automaton (the crate `fst`), each with the products it occurs in. A search asks it
//! for every word that begins with what was typed, or, where there is none, for those that nearly do.

use crate::domain::{catalogue::Search, product::Product};
use fst::{
    Automaton, IntoStreamer, Map, MapBuilder, Streamer,
    automaton::{Levenshtein, Str},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words of a search that count.
const MAX_WORDS: usize = 10;
/// The most states of an automaton that forgives errors; each takes 4 KB, and a stranger chooses the word.
const MAX_STATES: usize = 2_000;
/// A word this long, in characters, may have a typing error; a shorter one is too much like others.
const TOLERANT: usize = 4;

/// The words of a catalogue.
#[derive(Debug)]
pub struct Index {
    /// Each word with its place in `products`.
    words: Map<Vec<u8>>,
    /// For each word the products it occurs in, by their places.
    products: Vec<Vec<u32>>,
    /// How many products there are.
    count: usize,
    /// For a character with which very many words begin the products that have one: putting them together would take too long
    /// while somebody waits.
    by_first: HashMap<char, Vec<bool>>,
}

impl Index {
    /// The words of these products: of their names, shelves, summaries and descriptions.
    pub fn new<'p>(products: impl ExactSizeIterator<Item = &'p Product>) -> Result<Self, fst::Error> {
        let mut all: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let count = products.len();
        for (at, product) in (0..).zip(products) {
            for text in [&product.name, &product.category.name, &product.summary, &product.description] {
                for word in words(text) {
                    let places = all.entry(word).or_default();
                    if places.last() != Some(&at) {
                        places.push(at);
                    }
                }
            }
        }
        let mut map = MapBuilder::memory();
        let mut places = Vec::with_capacity(all.len());
        let mut sizes: HashMap<char, usize> = HashMap::new();
        for (word, of_word) in &all {
            *sizes.entry(word.chars().next().unwrap_or_default()).or_default() += of_word.len();
        }
        // Few are that large, also where a catalogue's words begin with thousands of characters.
        let mut by_first: HashMap<char, Vec<bool>> =
            sizes.into_iter().filter(|(_, size)| *size > count).map(|(first, _)| (first, vec![false; count])).collect();
        for (number, (word, of_word)) in (0..).zip(all) {
            if let Some(found) = word.chars().next().and_then(|first| by_first.get_mut(&first)) {
                mark(&of_word, found);
            }
            map.insert(word, number)?;
            places.push(of_word);
        }
        Ok(Self { words: Map::new(map.into_inner()?)?, products: places, count, by_first })
    }

    /// Which products have a word that begins so; nothing when no word does.
    fn beginning(&self, word: &str) -> Option<Cow<'_, [bool]>> {
        let mut characters = word.chars();
        let ready = characters.next().filter(|_| characters.next().is_none()).and_then(|only| self.by_first.get(&only));
        match ready {
            Some(found) => Some(Cow::Borrowed(found)),
            None => self.matching(Str::new(word).starts_with()).map(Cow::Owned),
        }
    }

    /// Which products have a word that the automaton takes; nothing when no word is.
    fn matching(&self, automaton: impl Automaton) -> Option<Vec<bool>> {
        let (mut found, mut stream) = (None, self.words.search(automaton).into_stream());
        while let Some((_, number)) = stream.next() {
            let found = found.get_or_insert_with(|| vec![false; self.count]);
            if let Some(places) = usize::try_from(number).ok().and_then(|number| self.products.get(number)) {
                mark(places, found);
            }
        }
        found
    }
}

/// The words of a catalogue of which a few products changed since they were put in order. The words of these stand in an index of
/// their own: so a change among a hundred thousand products does not read the words of all others again.
#[derive(Clone, Debug)]
pub struct Words {
    whole: Arc<Index>,
    apart: Arc<Index>,
    /// Where the words of each product are; nothing while all stand in `whole`, each at its product's place.
    places: Option<Arc<[Place]>>,
}

/// In which index the words of a product are, and at which place.
#[derive(Clone, Copy, Debug)]
enum Place {
    Whole(u32),
    Apart(u32),
}

impl Words {
    /// Products whose words may stand apart. Beyond, they are all put in order again.
    const MOST_APART: usize = 1_000;

    /// Puts the words of these products in order.
    pub fn new(products: &[Product]) -> Result<Self, fst::Error> {
        Ok(Self { whole: Arc::new(Index::new(products.iter())?), apart: Arc::new(Index::new(std::iter::empty())?), places: None })
    }

    /// The words of these products, each with the place at which it stood before; nothing of one that changed, or is new. Nothing if
    /// that are too many.
    pub fn after<'p>(&self, products: impl Iterator<Item = (&'p Product, Option<usize>)>) -> Result<Option<Self>, fst::Error> {
        let (mut places, mut apart) = (Vec::new(), Vec::new());
        for (product, before) in products {
            if let Some(whole @ Place::Whole(_)) = before.and_then(|before| self.place(before)) {
                places.push(whole);
            } else {
                places.push(Place::Apart(u32::try_from(apart.len()).unwrap_or(u32::MAX)));
                apart.push(product);
            }
        }
        if apart.len() > Self::MOST_APART {
            return Ok(None);
        }
        let apart = Arc::new(Index::new(apart.into_iter())?);
        Ok(Some(Self { whole: Arc::clone(&self.whole), apart, places: Some(places.into()) }))
    }

    fn place(&self, at: usize) -> Option<Place> {
        match &self.places {
            Some(places) => places.get(at).copied(),
            None => u32::try_from(at).ok().map(Place::Whole),
        }
    }

    /// What is found in both; nothing where no product is. A word that only products had that are gone is none.
    fn both<'i>(&'i self, find: impl Fn(&'i Index) -> Option<Cow<'i, [bool]>>) -> Option<Cow<'i, [bool]>> {
        let Some(places) = &self.places else { return find(&self.whole) };
        let (whole, apart) = (find(&self.whole), find(&self.apart));
        let is_in = |found: &Option<Cow<'i, [bool]>>, at: u32| found.as_ref().is_some_and(|found| found.get(at as usize) == Some(&true));
        let is_found = |place: &Place| match place {
            Place::Whole(at) => is_in(&whole, *at),
            Place::Apart(at) => is_in(&apart, *at),
        };
        let found: Vec<bool> = places.iter().map(is_found).collect();
        found.contains(&true).then(|| found.into())
    }

    /// Which products have a word that the automaton takes.
    fn matching(&self, automaton: &impl Automaton) -> Option<Cow<'_, [bool]>> {
        self.both(|index| index.matching(automaton).map(Cow::Owned))
    }

    /// The products of words that begin so but for one typing error: two letters in the wrong order, or else one that is wrong,
    /// missing or too much.
    fn nearly(&self, word: &str) -> Option<Cow<'_, [bool]>> {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < TOLERANT {
            return None;
        }
        let swapped = (1..letters.len()).find_map(|at| {
            let mut letters = letters.clone();
            letters.swap(at - 1, at);
            self.matching(&Str::new(&String::from_iter(letters)).starts_with())
        });
        swapped.or_else(|| self.matching(&Levenshtein::new_with_limit(word, 1, MAX_STATES).ok()?.starts_with()))
    }
}

impl Search for Words {
    /// Every word must be found; one that is nowhere finds nothing. Errors are forgiven in one word: each costs a
    /// new automaton.
    fn find(&self, text: &str) -> Vec<bool> {
        let mut all: Option<Vec<bool>> = None;
        let mut forgiven = false;
        for word in words(text).take(MAX_WORDS) {
            let exact = self.both(|index| index.beginning(&word));
            let found = if exact.is_none() && !std::mem::replace(&mut forgiven, true) { self.nearly(&word) } else { exact };
            let Some(found) = found else { return Vec::new() };
            match &mut all {
                Some(all) => all.iter_mut().zip(found.iter()).for_each(|(all, found)| *all &= found),
                None => all = Some(found.into_owned()),
            }
        }
        all.unwrap_or_default()
    }
}

fn mark(places: &[u32], found: &mut [bool]) {
    for place in places {
        if let Some(is_found) = found.get_mut(*place as usize) {
            *is_found = true;
        }
    }
}

/// The words of a text, in lower case and without accents.
fn words(text: &str) -> impl Iterator<Item = String> {
    let plain: String = text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase).collect();
    let words: Vec<String> =
        plain.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&'static str> {
        const NAMES: [&str; 4] = ["Headphones", "Phone", "Desk lamp", "Crème brûlée dish"];
        let summaries = ["Quiet, for the road", "Fits a pocket", "Bends where you read", "For four"];
        let products: Vec<Product> = NAMES
            .iter()
            .zip(summaries)
            .map(|(name, summary)| Product { summary: summary.to_owned(), ..Product::example(name, "Things") })
            .collect();
        // What is found is the same whether the words of a product stand apart or not.
        let words = Words::new(&products).expect("words");
        let changed = (0..).zip(&products).map(|(at, product)| (product, (at % 2 == 0).then_some(at)));
        let found = words.find(text);
        let apart = words.after(changed).expect("words").expect("a few");
        assert_eq!(apart.find(text), found, "{text}");
        // Nor does a word of a product that is gone stand in the way of others.
        let (left, places) = (&products[1..], 1..);
        let without = apart.after(left.iter().zip(places.map(Some))).expect("words").expect("a few");
        assert_eq!(without.find(text), Words::new(left).expect("words").find(text), "{text}");
        NAMES.into_iter().zip(found).filter_map(|(name, is_found)| is_found.then_some(name)).collect()
    }

    #[test]
    fn words_are_found_by_their_beginnings_whatever_their_case_and_accents() {
        assert_eq!(found("p"), ["Phone"], "by one letter, too");
        assert_eq!(found("p d"), Vec::<&str>::new());
        assert_eq!(found("l d"), ["Desk lamp"]);
        assert_eq!(found("HEAD"), ["Headphones"]);
        assert_eq!(found("lamp desk"), ["Desk lamp"], "in any order");
        assert_eq!(found("creme brulee"), ["Crème brûlée dish"]);
        assert_eq!(found("Crème"), ["Crème brûlée dish"]);
        assert_eq!(found("for"), ["Headphones", "Crème brûlée dish"], "in the summary, too");
        assert_eq!(found("things").len(), 4, "and by their shelf");
        assert_eq!(found("phone"), ["Phone"]);
        for text in ["lamp phone", "xyz", "hones", "&", "lamp xyz"] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn a_typing_error_is_forgiven_where_nothing_else_is_found() {
        assert_eq!(found("lanp"), ["Desk lamp"]);
        assert_eq!(found("hedphone"), ["Headphones"]);
        assert_eq!(found("haedphones"), ["Headphones"], "two letters in the wrong order");
        assert_eq!(found("haedphonse"), Vec::<&str>::new(), "one error only");
        assert_eq!(found("desk lanp"), ["Desk lamp"]);
        assert_eq!(found("dask lanp"), Vec::<&str>::new(), "in one word only");
        assert_eq!(found("lxnp"), Vec::<&str>::new());
        assert_eq!(found("lxm"), Vec::<&str>::new(), "a short word is too much like others");
    }

    #[test]
    fn a_text_of_any_length_is_answered() {
        assert_eq!(found(&"x".repeat(100)), Vec::<&str>::new());
        assert_eq!(found(&"for ".repeat(25)).len(), 2);
        assert_eq!(found("for for for for for for for for for for xyz").len(), 2, "words beyond the tenth do not count");
    }
}
