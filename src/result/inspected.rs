//! Which resources a run looked at: a finding that a later report no longer has is mended only if it did.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::finding::{ResourceKey, fingerprint};

/// Keys that are encoded together; a multiple of them needs no padding.
const CHUNK: usize = 512;
/// Characters of a key in Base64.
const CHARACTERS: usize = ResourceKey::BYTES / 3 * 4;

/// The resources that a run judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspected {
    /// The projects of code, sorted.
    pub projects: Vec<String>,
    /// Sorted, each once.
    keys: Vec<ResourceKey>,
}

impl Inspected {
    /// Those of certain keys.
    pub fn new(projects: Vec<String>, mut keys: Vec<ResourceKey>) -> Self {
        keys.dedup();
        Self { projects, keys }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys, eight characters of Base64 each, made while they are written.
    pub fn encoded(&self) -> impl fmt::Display {
        fmt::from_fn(|out| {
            let mut bytes = Vec::with_capacity(CHUNK * ResourceKey::BYTES);
            let mut text = String::with_capacity(CHUNK * CHARACTERS);
            for keys in self.keys.chunks(CHUNK) {
                bytes.clear();
                bytes.extend(keys.iter().flat_map(|key| key.to_bytes()));
                text.clear();
                STANDARD.encode_string(&bytes, &mut text);
                out.write_str(&text)?;
            }
            Ok(())
        })
    }

    /// What `encoded` wrote; none if this is something else.
    pub fn decode(projects: Vec<String>, text: &str) -> Option<Self> {
        let mut keys = Vec::with_capacity(text.len() / CHARACTERS);
        for chunk in text.as_bytes().chunks(CHUNK * CHARACTERS) {
            let bytes = STANDARD.decode(chunk).ok()?;
            let (whole, rest) = bytes.as_chunks();
            if !rest.is_empty() {
                return None;
            }
            keys.extend(whole.iter().copied().map(ResourceKey::from_bytes));
        }
        keys.is_sorted().then(|| Self::new(projects, keys))
    }

    /// Whether the resource is among them of which an earlier finding speaks. Two projects may use one address; which of them it
    /// was, the fingerprint tells.
    pub fn has(&self, rule: &str, resource: &str, path: &str, print: &str) -> bool {
        let has = |identity: &str| self.keys.binary_search(&ResourceKey::of(identity)).is_ok();
        if resource.starts_with('/') {
            return has(resource);
        }
        let identities = self.projects.iter().map(|project| format!("{project}\n{resource}"));
        let mut identities = std::iter::once(resource.to_owned()).chain(identities);
        identities.any(|identity| has(&identity) && fingerprint(rule, &identity, path) == print)
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Inspected};
    use crate::finding::{ResourceKey, fingerprint};

    fn of(identities: &[String]) -> Inspected {
        let mut keys: Vec<_> = identities.iter().map(|it| ResourceKey::of(it)).collect();
        keys.sort();
        Inspected::new(vec!["one".to_owned(), "two".to_owned()], keys)
    }

    #[test]
    fn comes_back_as_it_was_written() {
        for count in [0, 1, CHUNK, CHUNK + 1] {
            let names: Vec<String> = (0..count).map(|at| format!("/vaults/{at}")).collect();
            let inspected = of(&names);
            let text = inspected.encoded().to_string();
            assert_eq!(text.len(), count * 8);
            let back = Inspected::decode(inspected.projects.clone(), &text).unwrap();
            assert_eq!(back, inspected);
            assert!(names.iter().all(|name| back.has("rule", &name.to_uppercase(), "", "")));
            assert!(!back.has("rule", "/vaults/x", "", ""));
        }
        for damaged in ["AAAAAA==", "AAAA", "AAAAAA?A", "BAAAAAAAAAAAAAAA"] {
            assert_eq!(Inspected::decode(Vec::new(), damaged), None, "{damaged}");
        }
    }

    #[test]
    fn one_project_proves_nothing_for_another() {
        let inspected = of(&["two\nvault.v".to_owned()]);
        let has = |project: &str| {
            inspected.has(
                "r",
                "vault.v",
                "p",
                &fingerprint("r", &format!("{project}\nvault.v"), "p"),
            )
        };
        assert!(has("two") && !has("one") && !has("three"));
    }
}
