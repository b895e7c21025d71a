//! Searches for an entry of a session store that breaks the property `satchel_fuzz::session`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| satchel_fuzz::session::holds(data));
