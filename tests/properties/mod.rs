//! What must hold for whatever comes from outside, as functions of bytes that panic when it does not.
//!
//! `make fuzz` has libFuzzer look for such bytes; `fuzzing` tries those of `fuzz/seeds/` and some random ones with every run of the
//! tests. Bytes that broke a promise once become a file there.

pub mod cookie;
pub mod forms;
pub mod import;
pub mod own_path;
pub mod session;
