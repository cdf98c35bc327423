//! The stable identity of a finding.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The first 128 bits of SHA-256 over rule, resource id in lower case, and path, as hexadecimal.
///
/// Neither file, line nor message takes part, so renames, moves and rewording keep it.
pub fn fingerprint(rule: &str, resource: &str, path: &str) -> String {
    let mut hash = Sha256::new();
    for part in [rule, &resource.to_lowercase(), path] {
        // The length in front keeps ("a", "bc") and ("ab", "c") apart.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn ignores_case_of_the_id_and_keeps_parts_apart() {
        assert_eq!(fingerprint("r", "/A/b", "p"), fingerprint("r", "/a/B", "p"));
        assert_ne!(fingerprint("r", "/a", "bp"), fingerprint("r", "/ab", "p"));
        assert_eq!(fingerprint("r", "/a", "").len(), 32);
    }
}
