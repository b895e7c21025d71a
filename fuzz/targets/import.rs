//! Searches for a catalogue file that breaks the property `satchel_fuzz::import`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| satchel_fuzz::import::holds(data));
