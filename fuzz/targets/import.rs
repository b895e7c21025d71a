//! Searches a catalogue's file for what `satchel_fuzz::import` says cannot be.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| satchel_fuzz::import::holds(data));
