//! A gzip stream joined from parts: those that never change are compressed once and kept.
//!
//! Deflate is a row of blocks. A part that is compressed by itself refers to nothing before it, and one that ends with a flush ends
//! at a byte (RFC 1951, 3.2; zlib's manual, `Z_SYNC_FLUSH`). So such parts may stand in any order, with others between them.
//!
//! Nothing secret shares a compressed block with what a stranger can put into the page, so that lengths tell nothing of it
//! (the attack is called BREACH): each part is compressed by itself, and what an address can be part of not at all.

use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write;

/// RFC 1952, 2.3: the magic number, deflate, no name and no time, of no particular system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// The last block, which is empty.
const LAST: [u8; 2] = [3, 0];
/// What one stored block holds at most (RFC 1951, 3.2.4).
const STORED: usize = 0xffff;
/// A part made for one answer is compressed from this length on, in bytes; before, it does not pay.
const WORTHWHILE: usize = 2_048;

/// A part that is compressed once.
#[derive(Clone, Debug)]
pub struct Packed {
    plain: Box<str>,
    blocks: Box<[u8]>,
}

impl Packed {
    /// Compresses it, once.
    pub fn new(plain: &str, level: Compression) -> Self {
        Self { plain: plain.into(), blocks: blocks(plain, level).into_boxed_slice() }
    }

    /// As it was.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// How much memory it takes, in bytes.
    pub fn weight(&self) -> usize {
        self.plain.len() + self.blocks.len()
    }
}

/// Compressed blocks that end at a byte and refer to nothing before them.
fn blocks(plain: &str, level: Compression) -> Vec<u8> {
    let mut packing = DeflateEncoder::new(Vec::with_capacity(plain.len() / 2 + 64), level);
    // Into memory, which does not fail.
    let _ = packing.write_all(plain.as_bytes()).and_then(|()| packing.flush());
    // What its end adds, the last block, comes once for all parts.
    std::mem::take(packing.get_mut())
}

/// A stream that is being joined.
#[derive(Debug)]
pub struct Joined {
    bytes: Vec<u8>,
    sum: Crc,
}

impl Joined {
    /// A stream without parts that will take about so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        let mut start = Vec::with_capacity(bytes + 64);
        start.extend_from_slice(&HEADER);
        Self { bytes: start, sum: Crc::new() }
    }

    /// Adds a part that was compressed before.
    pub fn add_packed(&mut self, part: &Packed) {
        self.sum.update(part.plain.as_bytes());
        self.bytes.extend_from_slice(&part.blocks);
    }

    /// Adds a part that was made for this answer. It is compressed if that is allowed: nothing in it is a stranger's.
    pub fn add(&mut self, part: &str, is_private_alone: bool) {
        self.sum.update(part.as_bytes());
        if is_private_alone && part.len() >= WORTHWHILE {
            self.bytes.extend_from_slice(&blocks(part, Compression::fast()));
            return;
        }
        for stored in part.as_bytes().chunks(STORED) {
            let length = u16::try_from(stored.len()).unwrap_or_default();
            self.bytes.push(0);
            self.bytes.extend_from_slice(&length.to_le_bytes());
            self.bytes.extend_from_slice(&(!length).to_le_bytes());
            self.bytes.extend_from_slice(stored);
        }
    }

    /// The whole stream.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(&LAST);
        self.bytes.extend_from_slice(&self.sum.sum().to_le_bytes());
        // Its length modulo 2³² (RFC 1952, 2.3.1).
        self.bytes.extend_from_slice(&self.sum.amount().to_le_bytes());
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use proptest::prelude::*;
    use std::io::Read;

    fn joined(parts: &[(bool, String)]) -> Vec<u8> {
        let mut joined = Joined::with_capacity(0);
        for (is_kept, part) in parts {
            if *is_kept { joined.add_packed(&Packed::new(part, Compression::best())) } else { joined.add(part, true) }
        }
        joined.finish()
    }

    fn read(stream: &[u8]) -> String {
        let (mut text, mut reader) = (String::new(), GzDecoder::new(stream));
        reader.read_to_string(&mut text).expect("a valid stream");
        assert!(reader.into_inner().is_empty(), "nothing follows it");
        text
    }

    #[test]
    fn long_parts_come_through_too_also_what_cannot_be_compressed() {
        // Letters as a linear congruential generator throws them (Knuth's MMIX).
        let mut dice = 1_u64;
        let mut letter = || {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b' ' + u8::try_from(dice >> 58).expect("six bits"))
        };
        for length in [1_000, 32_768, 65_535, 65_536, 100_001, 262_144] {
            let long: String = (0..length).map(|_| letter()).collect();
            for is_kept in [true, false] {
                let parts = [(is_kept, long.clone()), (false, "x".to_owned()), (is_kept, long.clone())];
                assert_eq!(read(&joined(&parts)), format!("{long}x{long}"), "{length}");
            }
        }
    }

    #[test]
    fn what_an_address_can_be_part_of_is_not_compressed_however_long() {
        let part = "a".repeat(70_000);
        let mut plain = Joined::with_capacity(0);
        plain.add(&part, false);
        let stream = plain.finish();
        assert!(stream.len() > part.len());
        assert_eq!(read(&stream), part);
    }

    #[test]
    fn what_was_made_for_one_answer_shares_no_block_with_the_rest() {
        // If it did, a part that was there before would cost nearly nothing.
        let part = "a token of thirty-two characters".to_owned();
        let with = joined(&[(true, part.clone()), (false, part.clone())]).len();
        assert_eq!(with - joined(&[(true, part.clone())]).len(), 5 + part.len());
    }

    proptest! {
        #[test]
        fn any_parts_joined_are_one_valid_stream(parts in proptest::collection::vec((any::<bool>(), ".{0,40}|[ab]{0,5000}"), 0..12)) {
            let plain: String = parts.iter().map(|(_, part)| part.as_str()).collect();
            prop_assert_eq!(read(&joined(&parts)), plain);
        }
    }
}
