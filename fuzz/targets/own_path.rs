//! Searches for a value of `next` that breaks the property `satchel_fuzz::own_path`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| satchel_fuzz::own_path::holds(data));
