//! The drawings of products, and the emblem of the shop, as they are in `public/`: there without a build, so that tests see them, too.

use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "public"]
struct Public;

/// The folder of the drawings.
pub const FOLDER: &str = "pictures/";
/// The emblem's name.
pub const EMBLEM: &str = "favicon.svg";

/// The file of this name.
pub fn file(name: &str) -> Option<EmbeddedFile> {
    Public::get(name)
}

/// The paths of all drawings, and of the emblem.
pub fn paths() -> impl Iterator<Item = String> {
    Public::iter().filter(|name| name.starts_with(FOLDER) || name == EMBLEM).map(|name| format!("/{name}"))
}

/// The drawing at a path, as SVG.
pub fn text(path: &str) -> Option<String> {
    file(path.strip_prefix('/')?).map(|file| String::from_utf8_lossy(&file.data).into_owned())
}
