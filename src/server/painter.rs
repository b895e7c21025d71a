//! Paints the pictures of shared links from our own drawings, each once, and keeps them.
//!
//! There are as many as there are drawings, however many products share one, and few are painted at once. So whoever asks for the
//! pictures of all products makes the shop work for a moment. They have no words: no fonts are carried along, and those of a machine
//! would make other pictures on another one. A site that shows a card writes its title beside the picture.

use crate::{
    domain::share_picture::SharePictures,
    server::{assets, drawings, error::ServerError},
};
use axum::body::Bytes;
use quick_cache::{Weighter, sync::Cache};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};
use sha2::{Digest, Sha256};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::{sync::Semaphore, task};

/// Memory for pictures, in bytes: four times what those of the demonstration take.
const KEPT: u64 = 4 * 1_024 * 1_024;
/// What one takes, about, in bytes: how many places are made ready follows from it.
const USUAL: u64 = 32 * 1_024;
/// How many are painted at once. Each takes 3 MiB meanwhile.
const AT_ONCE: usize = 2;

/// Paints the pictures of shared links; cheap to clone.
#[derive(Clone, Debug)]
pub struct Painter(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    addresses: SharePictures,
    kept: Cache<String, Bytes, Weight>,
    turns: Semaphore,
    painted: AtomicU64,
}

/// What a picture takes in memory.
#[derive(Clone, Debug)]
struct Weight;

impl Weighter<String, Bytes> for Weight {
    fn weight(&self, _: &String, picture: &Bytes) -> u64 {
        u64::try_from(picture.len()).unwrap_or(u64::MAX)
    }
}

impl Painter {
    /// Looks at the drawings. The version of a picture is a hash of all that is painted: its drawing, and the frame around it.
    pub fn new() -> Self {
        let versioned = |path: String| {
            let version = assets::hex(&Sha256::digest(document(&path)?)[..8]);
            Some((path, version))
        };
        Self(Arc::new(Parts {
            addresses: SharePictures::new(drawings::paths().filter_map(versioned).collect()),
            kept: Cache::with_weighter(usize::try_from(KEPT / USUAL).unwrap_or_default(), KEPT, Weight),
            turns: Semaphore::new(AT_ONCE),
            painted: AtomicU64::default(),
        }))
    }

    /// Where the pictures are.
    pub fn addresses(&self) -> SharePictures {
        self.0.addresses.clone()
    }

    /// How many were painted, as opposed to answered from memory.
    pub fn painted(&self) -> u64 {
        self.0.painted.load(Ordering::Relaxed)
    }

    /// The picture that is made of a drawing, as PNG.
    ///
    /// It is painted to its end, and kept, also for somebody who hangs up. Otherwise to ask and hang up, again and again, would be work
    /// without an end.
    pub async fn picture(&self, drawing: &str) -> Result<Bytes, ServerError> {
        let (painter, drawing) = (self.clone(), drawing.to_owned());
        let painting = task::spawn(async move { painter.0.kept.get_or_insert_async(&drawing, painter.paint(&drawing)).await });
        painting.await.map_err(|error| ServerError::Picture(error.into()))?
    }

    async fn paint(&self, drawing: &str) -> Result<Bytes, ServerError> {
        let document = document(drawing).ok_or_else(|| ServerError::Picture("the drawing is not there any more".into()))?;
        let _turn = self.0.turns.acquire().await.map_err(|error| ServerError::Picture(error.into()))?;
        let painter = self.clone();
        let painting = task::spawn_blocking(move || {
            painter.0.painted.fetch_add(1, Ordering::Relaxed);
            paint(&document)
        });
        painting.await.map_err(|error| ServerError::Picture(error.into()))?
    }
}

impl Default for Painter {
    fn default() -> Self {
        Self::new()
    }
}

/// All that is painted, as SVG: a drawing in its frame. The emblem is put on a ground first, as the drawings have one.
fn document(path: &str) -> Option<String> {
    let file = drawings::text(path)?;
    let drawing = if path == SharePictures::EMBLEM { format!(include_str!("share_picture/shop.svg"), emblem = file) } else { file };
    Some(format!(include_str!("share_picture/frame.svg"), drawing = drawing))
}

fn paint(document: &str) -> Result<Bytes, ServerError> {
    let tree = Tree::from_str(document, &Options::default()).map_err(|error| ServerError::Picture(error.into()))?;
    let canvas = Pixmap::new(SharePictures::WIDTH, SharePictures::HEIGHT);
    let mut canvas = canvas.ok_or_else(|| ServerError::Picture("there is no canvas of this size".into()))?;
    resvg::render(&tree, Transform::identity(), &mut canvas.as_mut());
    canvas.encode_png().map(Bytes::from).map_err(|error| ServerError::Picture(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const MUG: &str = "/pictures/mug.svg";

    #[tokio::test]
    async fn a_picture_waits_for_its_turn_and_is_painted_though_nobody_waits_for_it_any_more() {
        let painter = Painter::new();
        let turns = painter.0.turns.acquire_many(2).await.expect("all turns");
        assert!(tokio::time::timeout(Duration::from_millis(50), painter.picture(MUG)).await.is_err());
        assert_eq!(painter.painted(), 0, "others are being painted");
        drop(turns);
        while painter.0.kept.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(painter.picture(MUG).await.is_ok());
        assert_eq!(painter.painted(), 1);
    }

    #[test]
    fn pictures_take_no_more_memory_than_they_may() {
        let painter = Painter::new();
        for number in 0..1_000 {
            painter.0.kept.insert(number.to_string(), Bytes::from(vec![0; 36_000]));
        }
        assert!(painter.0.kept.weight() <= 4 * 1_024 * 1_024, "{}", painter.0.kept.weight());
        assert!(painter.0.kept.len() >= 50, "only {} are kept", painter.0.kept.len());
    }
}
