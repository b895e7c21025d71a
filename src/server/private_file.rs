//! Files that hold what visitors left here: no other user of the machine reads them.

use std::{
    fs::{DirBuilder, OpenOptions},
    path::Path,
};

/// How a file is opened for writing that, if it is made then, is its owner's alone.
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// How a folder is made that is its owner's alone.
pub fn folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is nothing to set"))]
    let mut folder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
}

/// Whether other users of the machine may read or change a file; not where there is none.
#[cfg(unix)]
pub fn is_open_to_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}

/// Whether other users of the machine may read or change a file: this system has no such bits.
#[cfg(not(unix))]
pub fn is_open_to_others(_: &Path) -> bool {
    false
}
