//! Searches for a `Cookie` header that breaks the property `satchel_fuzz::cookie`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| satchel_fuzz::cookie::holds(data));
