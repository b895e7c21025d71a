//! The files of lazy islands: code that only the pages that have such an island download.

use std::{collections::BTreeMap, sync::Arc};

/// Which files each lazy island needs.
#[derive(Clone, Debug, Default)]
pub struct LazyFiles(Arc<BTreeMap<String, Vec<String>>>);

impl LazyFiles {
    /// By the names of their functions, each with paths.
    pub fn new(files: BTreeMap<String, Vec<String>>) -> Self {
        Self(Arc::new(files))
    }

    /// The paths of an island's files; none while all code is one file.
    pub fn of(&self, island: &str) -> &[String] {
        self.0.get(island).map_or(&[], Vec::as_slice)
    }
}
