//! A short name of a resource that is the same in every run and on every machine, for lists of millions.

/// The first 48 bits of XXH64, as its specification orders bytes, over what tells a resource from all others, in lower
/// case: an ARM id, or in code the project, a line break and the address.
///
/// Of a million resources, one that is not among them is taken for one of them with a probability of 4 in a billion. Nobody is
/// kept from choosing names that collide, so a key proves nothing against somebody who does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceKey(u64);

impl ResourceKey {
    /// The name of the algorithm.
    pub const ALGORITHM: &str = "xxh64-48";
    /// How long a key is.
    pub const BYTES: usize = 6;

    /// The key of what tells a resource from all others.
    pub fn of(identity: &str) -> Self {
        let mut short = [0; MOST_SHORT];
        let hash = match short.get_mut(..identity.len()) {
            // Millions of ids are not worth an allocation each.
            Some(lower) if identity.is_ascii() => {
                lower.copy_from_slice(identity.as_bytes());
                lower.make_ascii_lowercase();
                xxh64(lower)
            }
            _ => xxh64(identity.to_lowercase().as_bytes()),
        };
        Self(hash >> 16)
    }

    /// Its bytes, in whose order keys are sorted.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let [_, _, key @ ..] = self.0.to_be_bytes();
        key
    }

    /// The key with these bytes.
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes.into_iter().fold(0, |key, byte| key << 8 | u64::from(byte)))
    }
}

/// Few ids are longer.
const MOST_SHORT: usize = 512;

const PRIMES: [u64; 5] = [
    0x9e37_79b1_85eb_ca87,
    0xc2b2_ae3d_27d4_eb4f,
    0x1656_67b1_9e37_79f9,
    0x85eb_ca77_c2b2_ae63,
    0x27d4_eb2f_1656_67c5,
];

/// XXH64 with the seed 0: <https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>. A cryptographic hash would cost a
/// report of a million resources a tenth of the audit.
fn xxh64(bytes: &[u8]) -> u64 {
    let [p1, p2, p3, p4, p5] = PRIMES;
    let (stripes, rest) = bytes.as_chunks::<32>();
    let mut hash = if stripes.is_empty() {
        p5
    } else {
        let mut lanes = [p1.wrapping_add(p2), p2, 0, p1.wrapping_neg()];
        for stripe in stripes {
            for (lane, word) in lanes.iter_mut().zip(stripe.as_chunks::<8>().0) {
                *lane = round(*lane, u64::from_le_bytes(*word));
            }
        }
        let turned = lanes.iter().zip([1, 7, 12, 18]).map(|(lane, turn)| lane.rotate_left(turn));
        let sum = turned.fold(0, u64::wrapping_add);
        lanes
            .iter()
            .fold(sum, |hash, lane| (hash ^ round(0, *lane)).wrapping_mul(p1).wrapping_add(p4))
    };
    hash = hash.wrapping_add(bytes.len() as u64);
    let (words, rest) = rest.as_chunks::<8>();
    for word in words {
        hash ^= round(0, u64::from_le_bytes(*word));
        hash = hash.rotate_left(27).wrapping_mul(p1).wrapping_add(p4);
    }
    let (halves, rest) = rest.as_chunks::<4>();
    for half in halves {
        hash ^= u64::from(u32::from_le_bytes(*half)).wrapping_mul(p1);
        hash = hash.rotate_left(23).wrapping_mul(p2).wrapping_add(p3);
    }
    for byte in rest {
        hash ^= u64::from(*byte).wrapping_mul(p5);
        hash = hash.rotate_left(11).wrapping_mul(p1);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(p2);
    hash = (hash ^ (hash >> 29)).wrapping_mul(p3);
    hash ^ (hash >> 32)
}

fn round(lane: u64, word: u64) -> u64 {
    let [p1, p2, ..] = PRIMES;
    lane.wrapping_add(word.wrapping_mul(p2)).rotate_left(31).wrapping_mul(p1)
}

#[cfg(test)]
mod tests {
    use super::{ResourceKey, xxh64};

    /// What the reference implementation answers.
    #[test]
    fn hashes_as_the_specification_says() {
        for (text, hash) in [
            ("", 0xef46_db37_51d8_e999),
            ("a", 0xd24e_c4f1_a98c_6e5b),
            ("abc", 0x44bc_2cf5_ad77_0999),
            ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
        ] {
            assert_eq!(xxh64(text.as_bytes()), hash, "{text}");
        }
    }

    #[test]
    fn ignores_case() {
        assert_eq!(ResourceKey::of("/A/\u{c9}"), ResourceKey::of("/a/\u{e9}"));
        let key = ResourceKey::of("ABC");
        assert_eq!(key.to_bytes(), [0x44, 0xbc, 0x2c, 0xf5, 0xad, 0x77]);
        assert_eq!(ResourceKey::from_bytes(key.to_bytes()), key);
        let long = "A/".repeat(300);
        assert_eq!(ResourceKey::of(&long), ResourceKey::of(&long.to_lowercase()));
        assert_ne!(ResourceKey::of("one\na"), ResourceKey::of("two\na"));
    }
}
