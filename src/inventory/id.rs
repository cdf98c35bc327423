//! ARM resource ids: read, compared and joined without case, kept in their first spelling.

use std::borrow::Cow;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

/// An ARM resource id as its source spells it. Equality and hash ignore ASCII case, as ARM does
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>).
#[derive(Clone, Debug)]
pub struct ResourceId<'a> {
    text: Cow<'a, str>,
    /// Computed while the text is at hand: later it would have to be fetched from memory again.
    key: IdKey,
}

/// A 128-bit key of an id, equal for ids that differ in ASCII case only.
///
/// It stands for the id in joins: to compare two texts that left the cache long before costs as much as
/// reading them. It is a universal hash ("NH", <https://www.rfc-editor.org/rfc/rfc4418#section-5.2.2>) under
/// a secret of this process, so any two ids share a key with a probability of at most 2⁻⁶⁴, whoever
/// chose them. Nothing that is reported depends on its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdKey(pub(super) [u64; 2]);

/// Bytes hashed under keys of their own; longer ids are digested first.
const MAX_HASHED: usize = 2048;
const SECRETS: usize = MAX_HASHED / 8 + 2;

/// The secret of this process, from the system's randomness.
fn secret() -> &'static [u64; SECRETS] {
    static SECRET: OnceLock<[u64; SECRETS]> = OnceLock::new();
    SECRET.get_or_init(|| {
        let random = RandomState::new();
        std::array::from_fn(|at| random.hash_one(at))
    })
}

impl IdKey {
    /// The key of an id or of any leading part of one. A trailing slash does not count.
    pub fn of(id: &str) -> Self {
        let bytes = id.strip_suffix('/').unwrap_or(id).as_bytes();
        if bytes.len() > MAX_HASHED {
            return Self::of_digest(bytes);
        }
        let secret = secret();
        let mut sum = bytes.len() as u128;
        let mut add = |block: &[u8; 16], secret: &[u64]| {
            let word = u128::from_le_bytes(*block);
            #[expect(clippy::cast_possible_truncation, reason = "the two halves of a block")]
            let (low, high) = (word as u64, (word >> 64) as u64);
            let (low, high) = (in_lower_case(low), in_lower_case(high));
            let product =
                u128::from(low.wrapping_add(secret[0])) * u128::from(high.wrapping_add(secret[1]));
            sum = sum.wrapping_add(product);
        };
        let (blocks, rest) = bytes.as_chunks::<16>();
        let (pairs, _) = secret.as_chunks::<2>();
        for (block, secret) in blocks.iter().zip(pairs) {
            add(block, secret);
        }
        if !rest.is_empty() {
            let mut block = [0; 16];
            block[..rest.len()].copy_from_slice(rest);
            add(&block, &pairs[blocks.len()]);
        }
        Self::mixed(sum)
    }

    /// No ARM id is so long.
    fn of_digest(id: &[u8]) -> Self {
        let mut hash = Sha256::new();
        secret()[..4].iter().for_each(|word| hash.update(word.to_le_bytes()));
        hash.update(id.to_ascii_lowercase());
        let digest = hash.finalize();
        let (words, _) = digest.as_slice().as_chunks::<8>();
        Self([u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1])])
    }

    /// Spreads what tells keys apart over both halves. Two sums stay two keys: each step can be undone.
    fn mixed(sum: u128) -> Self {
        let mix = |word: u64| {
            let word = (word ^ (word >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            word ^ (word >> 29)
        };
        #[expect(clippy::cast_possible_truncation, reason = "the two halves of the sum")]
        let (low, high) = (sum as u64, (sum >> 64) as u64);
        let first = low ^ mix(high);
        Self([first, high ^ mix(first)])
    }

    /// A number below `1 << bits`, as good as any other to share keys out by; it grows with the key.
    pub(super) fn top(self, bits: u32) -> usize {
        let top = self.0[0].checked_shr(u64::BITS - bits).unwrap_or_default();
        usize::try_from(top).unwrap_or_default()
    }
}

/// Eight bytes of text with their ASCII letters in lower case.
fn in_lower_case(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    // No byte carries into the next: seven bits and less than a hundred.
    let seven_bits = word & !HIGH;
    let from_a = seven_bits + (0x80 - u64::from(b'A')) * ONES;
    let past_z = seven_bits + (0x7f - u64::from(b'Z')) * ONES;
    let is_upper = !word & (from_a ^ past_z) & HIGH;
    word | (is_upper >> 2)
}

impl Hash for IdKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0[0]);
    }
}

/// The hasher of maps by [`IdKey`], which is a hash already.
pub(super) type ByKey = BuildHasherDefault<KeyHasher>;

/// See [`ByKey`].
#[derive(Debug, Default)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl<'a> ResourceId<'a> {
    /// Wraps an id. Any text is accepted; [`Self::looks_like_one`] tells whether it is plausible.
    pub fn new(id: impl Into<Cow<'a, str>>) -> Self {
        let text = id.into();
        let key = IdKey::of(&text);
        Self { text, key }
    }

    /// Whether the text has the shape of an ARM id: an absolute path with a provider, a
    /// subscription or a management group in it.
    pub fn looks_like_one(text: &str) -> bool {
        const USUAL: &str = "/subscriptions/";
        let start = text.as_bytes().get(..USUAL.len());
        let usual = start.is_some_and(|start| same_bytes(start, USUAL.as_bytes()))
            && text.as_bytes().get(USUAL.len()).is_some_and(|next| *next != b'/');
        usual
            || text.len() > 1
                && text.starts_with('/')
                && (segment_after(text, "subscriptions").is_some()
                    || find_segment(text, "providers").is_some())
    }

    /// The spelling of the source.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as the source lends it; empty for an id that had to be unescaped.
    pub fn borrowed(&self) -> &'a str {
        match &self.text {
            Cow::Borrowed(text) => text,
            Cow::Owned(_) => "",
        }
    }

    /// The spelling of reports.
    pub fn to_lowercase(&self) -> String {
        self.text.to_ascii_lowercase()
    }

    /// The key to join by.
    pub fn key(&self) -> IdKey {
        self.key
    }

    /// The last segment.
    pub fn name(&self) -> &str {
        name_of(&self.text)
    }

    /// The subscription's GUID.
    pub fn subscription(&self) -> Option<&str> {
        subscription_of(&self.text)
    }

    /// The resource group's name.
    pub fn resource_group(&self) -> Option<&str> {
        segment_after(&self.text, "resourceGroups")
    }

    /// The resource group's id, which is the leading part of this one.
    pub fn resource_group_id(&self) -> Option<&str> {
        group_of(&self.text)
    }

    /// The id that the first `length` bytes of this one are.
    pub(super) fn leading(&self, length: usize) -> Self {
        Self::new(match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..length).unwrap_or(text)),
            Cow::Owned(text) => Cow::Owned(text.get(..length).unwrap_or(text).to_owned()),
        })
    }

    /// Whether this id is `scope` or lies below it.
    pub fn is_within(&self, scope: &str) -> bool {
        is_within(&self.text, scope)
    }

    /// The vault this id is, or lies in.
    pub fn vault(&self) -> Option<&str> {
        vault_of(&self.text)
    }
}

impl PartialEq for ResourceId<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for ResourceId<'_> {}
impl Hash for ResourceId<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// Compares without case; almost always the case is the same, which is found at once.
fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    left == right || left.eq_ignore_ascii_case(right)
}

/// Whether two ids name the same resource.
pub fn same(left: &str, right: &str) -> bool {
    let trim = |id| str::strip_suffix(id, '/').unwrap_or(id);
    trim(left).eq_ignore_ascii_case(trim(right))
}

/// The subscription's GUID in an id.
pub fn subscription_of(id: &str) -> Option<&str> {
    // Nearly always it is the first one.
    const START: &str = "/subscriptions/";
    match id.split_at_checked(START.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(START) => {
            let end = memchr::memchr(b'/', rest.as_bytes()).unwrap_or(rest.len());
            rest.get(..end).filter(|segment| !segment.is_empty())
        }
        _ => segment_after(id, "subscriptions"),
    }
}

/// The last segment of an id.
pub fn name_of(id: &str) -> &str {
    let id = id.strip_suffix('/').unwrap_or(id);
    memchr::memrchr(b'/', id.as_bytes()).and_then(|at| id.get(at + 1..)).unwrap_or(id)
}

/// Whether the name that an id ends with stands in this list, such as `virtualMachines`.
pub fn is_directly_in(id: &str, list: &str) -> bool {
    let id = id.strip_suffix('/').unwrap_or(id);
    let end = id.len() - name_of(id).len();
    let parent = id.as_bytes()[..end].strip_suffix(b"/").unwrap_or_default();
    parent.len() > list.len()
        && parent[parent.len() - list.len() - 1] == b'/'
        && same_bytes(&parent[parent.len() - list.len()..], list.as_bytes())
}

/// Whether `id` is `scope` or lies below it. The root scope `/` holds everything.
pub fn is_within(id: &str, scope: &str) -> bool {
    let scope = scope.strip_suffix('/').unwrap_or(scope);
    id.len() >= scope.len()
        && id.is_char_boundary(scope.len())
        && id[..scope.len()].eq_ignore_ascii_case(scope)
        && (id.len() == scope.len() || id.as_bytes()[scope.len()] == b'/')
}

/// The resource group that an id is, or lies in.
pub(super) fn group_of(id: &str) -> Option<&str> {
    let group = segment_after(id, "resourceGroups")?;
    let end = group.as_ptr() as usize + group.len() - id.as_ptr() as usize;
    id.get(..end)
}

/// The vault that an id is, or lies in: everything up to and with the vault's name.
pub fn vault_of(id: &str) -> Option<&str> {
    // From the provider on, `vaults/NAME` or `backupVaults/NAME`; found from its two providers.
    let at = find_segment(id, "providers")?;
    let mut parts = id[at..].split('/');
    let (_, provider, kind, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let known = (provider.eq_ignore_ascii_case("Microsoft.RecoveryServices")
        && kind.eq_ignore_ascii_case("vaults"))
        || (provider.eq_ignore_ascii_case("Microsoft.DataProtection")
            && kind.eq_ignore_ascii_case("backupVaults"));
    if !known || name.is_empty() {
        return None;
    }
    let length = at + "providers/".len() + provider.len() + 1 + kind.len() + 1 + name.len();
    id.get(..length)
}

/// The resource type that follows from an id: provider and every second segment after it.
///
/// The last provider counts, since extension resources stand below another resource:
/// `/subscriptions/S/…/vaults/V/providers/Microsoft.Authorization/locks/L`.
pub fn type_of(id: &str) -> Option<Cow<'_, str>> {
    let mut at = None;
    let mut offset = 0;
    while let Some(found) = find_segment(&id[offset..], "providers") {
        at = Some(offset + found);
        offset += found + "providers".len();
    }
    let Some(at) = at else {
        let segments: Vec<&str> = id.split('/').filter(|part| !part.is_empty()).collect();
        return match segments.as_slice() {
            [first, _] if first.eq_ignore_ascii_case("subscriptions") => {
                Some(Cow::Borrowed("Microsoft.Resources/subscriptions"))
            }
            [first, _, group, _]
                if first.eq_ignore_ascii_case("subscriptions")
                    && group.eq_ignore_ascii_case("resourceGroups") =>
            {
                Some(Cow::Borrowed("Microsoft.Resources/resourceGroups"))
            }
            _ => None,
        };
    };
    let after = id.get(at + "providers/".len()..)?;
    let after = after.strip_suffix('/').unwrap_or(after);
    let mut segments = after.split('/');
    let provider = segments.next()?;
    let mut name = Cow::Borrowed("");
    while let Some(kind) = segments.next() {
        let value = segments.next();
        if kind.is_empty() || value.is_some_and(str::is_empty) {
            return None;
        }
        if value.is_none() && name.is_empty() {
            // The id of a list, not of anything in it.
            break;
        }
        if name.is_empty() {
            // The first two segments stand as the type has them.
            name = Cow::Borrowed(&after[..provider.len() + 1 + kind.len()]);
        } else {
            let name = name.to_mut();
            name.push('/');
            name.push_str(kind);
        }
    }
    (!name.is_empty()).then_some(name)
}

/// The id that this one stands below: of a child its parent, of an extension resource what it
/// extends, of a resource its group, of a group its subscription.
pub fn parent_of(id: &str) -> Option<&str> {
    let id = id.strip_suffix('/').unwrap_or(id);
    let above = id.rsplit_once('/')?.0.rsplit_once('/')?;
    let mut parent = above.0;
    // `<scope>/providers/<provider>/<type>/<name>`: what is left after the last pair is no id.
    if let Some((scope, provider)) = parent.rsplit_once('/')
        && let Some((scope, providers)) = scope.rsplit_once('/')
        && providers.eq_ignore_ascii_case("providers")
        && provider.contains('.')
    {
        parent = scope;
    }
    (!parent.is_empty()).then_some(parent)
}

/// What an id stands below, nearest first, up to its subscription.
pub fn ancestors(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(parent_of(id), |id| parent_of(id))
}

/// Whether a whole segment of an id is `name`.
pub fn has_segment(id: &str, name: &str) -> bool {
    find_segment(id, name).is_some()
}

/// Byte offset of a whole segment equal to `name`.
fn find_segment(id: &str, name: &str) -> Option<usize> {
    let bytes = id.as_bytes();
    let mut start = 0;
    loop {
        let end = memchr::memchr(b'/', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        if bytes[start..end].eq_ignore_ascii_case(name.as_bytes()) {
            return Some(start);
        }
        if end == bytes.len() {
            return None;
        }
        start = end + 1;
    }
}

/// The segment after the one that is `name`.
pub(super) fn segment_after<'b>(id: &'b str, name: &str) -> Option<&'b str> {
    let at = find_segment(id, name)?;
    let rest = id.get(at + name.len() + 1..)?;
    rest.split('/').next().filter(|segment| !segment.is_empty())
}

/// A GUID in lower case, if the text is one: the one form in which a subscription names a folder.
pub fn guid(text: &str) -> Option<String> {
    let is_digit = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    let is_guid = text.len() == 36 && text.bytes().enumerate().all(is_digit);
    is_guid.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = "/Subscriptions/S1/resourcegroups/Rg/providers/microsoft.recoveryservices/Vaults/V1/backupFabrics/Azure/protectionContainers/c;x/protectedItems/i";

    #[test]
    fn reads_the_parts_of_an_id_in_any_case() {
        let id = ResourceId::new(ITEM);
        assert_eq!(id.subscription(), Some("S1"));
        assert_eq!(id.resource_group(), Some("Rg"));
        assert_eq!(id.name(), "i");
        assert_eq!(
            id.vault(),
            Some(
                "/Subscriptions/S1/resourcegroups/Rg/providers/microsoft.recoveryservices/Vaults/V1"
            )
        );
    }

    #[test]
    fn compares_without_case_and_trailing_slash() {
        let upper = ITEM.to_ascii_uppercase();
        assert_eq!(ResourceId::new(ITEM), ResourceId::new(upper.clone() + "/"));
        assert_eq!(IdKey::of(ITEM), IdKey::of(&(upper + "/")));
        assert_ne!(IdKey::of(ITEM), IdKey::of("/subscriptions/other"));
    }

    #[test]
    fn keys_differ_as_ids_do() {
        let mut ids: Vec<String> = (0..=u8::MAX).map(|byte| char::from(byte).to_string()).collect();
        // Around the ends of blocks, zeros that are text, and ids longer than any.
        for length in (0..70).chain(2040..2060) {
            ids.push("x".repeat(length));
            ids.push("x".repeat(length) + "\0");
            ids.push("Y".repeat(length) + "/z");
        }
        ids.sort_unstable();
        ids.dedup();
        for left in &ids {
            for right in &ids {
                let same = same(left, right);
                assert_eq!(IdKey::of(left) == IdKey::of(right), same, "{left:?} {right:?}");
                assert_eq!(ResourceId::new(left.as_str()) == ResourceId::new(right.as_str()), same);
            }
        }
    }

    #[test]
    fn derives_types_from_ids() {
        let of = |id| type_of(id).unwrap_or_default();
        assert_eq!(
            of(ITEM),
            "microsoft.recoveryservices/Vaults/backupFabrics/protectionContainers/protectedItems"
        );
        assert_eq!(
            of(
                "/subscriptions/s/resourceGroups/g/providers/A.B/c/d/providers/Microsoft.Authorization/locks/l"
            ),
            "Microsoft.Authorization/locks"
        );
        assert_eq!(of("/subscriptions/s"), "Microsoft.Resources/subscriptions");
        assert_eq!(of("/subscriptions/s/resourceGroups/g"), "Microsoft.Resources/resourceGroups");
        assert_eq!(of("/subscriptions/s/resourceGroups/g/providers/A.B"), "");
        // What a resource answers about itself, without a name of its own.
        assert_eq!(of("/subscriptions/s/providers/A.B/c/d/instanceView"), "A.B/c/instanceView");
        assert_eq!(of("/subscriptions/s/providers/A.B/c"), "");
        assert_eq!(of("/subscriptions/s/providers/A.B/c/d/"), "A.B/c");
        assert_eq!(of("nonsense"), "");
    }

    #[test]
    fn parents_of_children_extensions_resources_and_groups() {
        for (id, parent) in [
            (
                "/subscriptions/s/resourceGroups/g/providers/A.B/c/d/e/f",
                Some("/subscriptions/s/resourceGroups/g/providers/A.B/c/d"),
            ),
            (
                "/subscriptions/s/resourceGroups/g/providers/A.B/c/d",
                Some("/subscriptions/s/resourceGroups/g"),
            ),
            (
                "/subscriptions/s/resourceGroups/g/providers/A.B/c/d/providers/M.I/t/n",
                Some("/subscriptions/s/resourceGroups/g/providers/A.B/c/d"),
            ),
            ("/subscriptions/s/providers/M.A/locks/l", Some("/subscriptions/s")),
            ("/subscriptions/s/resourceGroups/g", Some("/subscriptions/s")),
            ("/subscriptions/s", None),
            ("nonsense", None),
        ] {
            assert_eq!(parent_of(id), parent, "{id}");
        }
    }

    #[test]
    fn scope_holds_only_what_lies_below() {
        assert!(is_within("/subscriptions/S1/x", "/SUBSCRIPTIONS/s1"));
        assert!(!is_within("/subscriptions/s12", "/subscriptions/s1"));
        assert!(is_within("/subscriptions/s1", "/"));
    }
}
