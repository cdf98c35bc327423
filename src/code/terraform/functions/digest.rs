//! Digests. MD5 and SHA-1 name things here; they protect nothing.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha512};

use super::super::failure::Outcome;
use super::Call;
use crate::code::value::Value;

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn md5_hex(bytes: &[u8]) -> String {
    hex(&md5_of(bytes))
}

pub(super) fn sha1_hex(bytes: &[u8]) -> String {
    hex(&sha1_of(bytes))
}

pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn sha512_hex(bytes: &[u8]) -> String {
    hex(&Sha512::digest(bytes))
}

pub(super) fn sha256_base64(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

pub(super) fn sha512_base64(bytes: &[u8]) -> String {
    STANDARD.encode(Sha512::digest(bytes))
}

pub(super) fn md5(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(md5_hex(call.text(0)?.as_bytes()))
}

pub(super) fn sha1(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(sha1_hex(call.text(0)?.as_bytes()))
}

pub(super) fn sha256(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(sha256_hex(call.text(0)?.as_bytes()))
}

pub(super) fn sha512(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(sha512_hex(call.text(0)?.as_bytes()))
}

pub(super) fn base64sha256(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(sha256_base64(call.text(0)?.as_bytes()))
}

pub(super) fn base64sha512(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(sha512_base64(call.text(0)?.as_bytes()))
}

/// A UUID made from a name, after RFC 9562, section 5.5.
pub(super) fn uuidv5(call: &Call<'_>) -> Outcome<Value> {
    let space = call.text(0)?;
    let space = match &*space {
        "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
        "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
        "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
        other => other,
    };
    let digits: String = space.chars().filter(|&letter| letter != '-').collect();
    let Some(number) = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32) else {
        return call.invalid("the namespace is no UUID");
    };
    let mut data = number.to_be_bytes().to_vec();
    data.extend_from_slice(call.text(1)?.as_bytes());
    let mut bytes = sha1_of(&data);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex(&bytes[..16]);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| text.get(range).unwrap_or(""));
    call.answer_text(parts.join("-"))
}

/// The message with its padding: a one, zeros, and the length in bits.
fn padded(bytes: &[u8], length: [u8; 8]) -> Vec<u8> {
    let mut message = bytes.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend_from_slice(&length);
    message
}

/// SHA-1, after RFC 3174.
#[allow(clippy::many_single_char_names, reason = "the names of the RFC")]
fn sha1_of(bytes: &[u8]) -> [u8; 20] {
    let mut state: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(bytes, (bytes.len() as u64 * 8).to_be_bytes()).chunks_exact(64) {
        let mut words = [0_u32; 80];
        for (word, part) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = part.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        for t in 16..80 {
            words[t] = (words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (t, word) in words.iter().enumerate() {
            let (f, k) = match t {
                0..20 => (b & c | !b & d, 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => (b & c | b & d | c & d, 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let next = a
                .rotate_left(5)
                .wrapping_add(f)
                .wrapping_add(e)
                .wrapping_add(k)
                .wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(part);
        }
    }
    let mut digest = [0; 20];
    for (out, word) in digest.chunks_exact_mut(4).zip(state) {
        out.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// MD5, after RFC 1321.
#[allow(clippy::many_single_char_names, reason = "the names of the RFC")]
fn md5_of(bytes: &[u8]) -> [u8; 16] {
    const TURNS: [[u32; 4]; 4] =
        [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut state: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(bytes, (bytes.len() as u64 * 8).to_le_bytes()).chunks_exact(64) {
        let mut words = [0_u32; 16];
        for (word, part) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = part.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        let [mut a, mut b, mut c, mut d] = state;
        for t in 0..64_usize {
            let (f, g) = match t / 16 {
                0 => (b & c | !b & d, t),
                1 => (d & b | !d & c, (5 * t + 1) % 16),
                2 => (b ^ c ^ d, (3 * t + 5) % 16),
                _ => (c ^ (b | !d), 7 * t % 16),
            };
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "the constants of RFC 1321 are defined so"
            )]
            let constant = ((t as f64 + 1.0).sin().abs() * 4_294_967_296.0) as u32;
            let turned = a
                .wrapping_add(f)
                .wrapping_add(constant)
                .wrapping_add(words[g])
                .rotate_left(TURNS[t / 16][t % 4]);
            (a, d, c, b) = (d, c, b, b.wrapping_add(turned));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(part);
        }
    }
    let mut digest = [0; 16];
    for (out, word) in digest.chunks_exact_mut(4).zip(state) {
        out.copy_from_slice(&word.to_le_bytes());
    }
    digest
}
