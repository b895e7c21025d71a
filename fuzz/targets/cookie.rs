//! Searches a request's cookies for what `satchel_fuzz::cookie` says cannot be.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| satchel_fuzz::cookie::holds(data));
