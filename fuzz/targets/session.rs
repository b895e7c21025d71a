//! Searches an entry of a session store for what `satchel_fuzz::session` says cannot be.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| satchel_fuzz::session::holds(data));
