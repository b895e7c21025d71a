//! Files that only some pages download: the code of lazy islands, and the words of a language.

use std::{collections::BTreeMap, sync::Arc};

/// The path of the file with the words of the page's language; none in English, which stands in the code.
#[derive(Clone, Debug, Default)]
pub struct WordsFile(pub Option<String>);

/// Which files each lazy island needs.
#[derive(Clone, Debug, Default)]
pub struct LazyFiles(Arc<Files>);

#[derive(Debug, Default)]
struct Files {
    loader: Option<String>,
    of: BTreeMap<String, Vec<String>>,
}

impl LazyFiles {
    /// By the names of their functions, each with paths; and the script that loads them.
    pub fn new(loader: Option<String>, of: BTreeMap<String, Vec<String>>) -> Self {
        Self(Arc::new(Files { loader, of }))
    }

    /// The path of the script that all pages import; nothing while all code is one file.
    pub fn loader(&self) -> Option<&str> {
        self.0.loader.as_deref()
    }

    /// The paths of an island's files.
    pub fn of(&self, island: &str) -> &[String] {
        self.0.of.get(island).map_or(&[], Vec::as_slice)
    }
}
