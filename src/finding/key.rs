//! A short name of a resource that is the same in every run and on every machine, for lists of millions.

use twox_hash::XxHash64;

/// The first 48 bits of XXH64 (<https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>), as its specification
/// orders bytes, over what tells a resource from all others, in lower case: an ARM id, or in code the project, a line
/// break and the address. A cryptographic hash would cost a report of a million resources a tenth of the audit.
///
/// Of a million resources, one that is not among them is taken for one of them with a probability of 4 in a billion.
/// Nobody is kept from choosing names that collide, so a key proves nothing against somebody who does.
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
                XxHash64::oneshot(0, lower)
            }
            _ => XxHash64::oneshot(0, identity.to_lowercase().as_bytes()),
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

#[cfg(test)]
mod tests {
    use super::ResourceKey;

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
