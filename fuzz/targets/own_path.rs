//! Searches the value of `next` for what `satchel_fuzz::own_path` says cannot be.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| satchel_fuzz::own_path::holds(data));
