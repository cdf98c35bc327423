//! What never reaches the disk: properties that hold keys, passwords, connection strings or signatures.
//!
//! Only Azure's answers to questions for keys hold any (`listKeys`, which we never ask), but extensions,
//! tags and parameters of deployments may. What is dropped is counted in the manifest by the names below,
//! so that nobody takes it for absent.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memchr2};
use serde::de::IgnoredAny;

use crate::snapshot::json;

/// Names of properties that are dropped, and so is every name that ends in one of them
/// (`adminPassword`, `primaryConnectionString`). They compare without case, `_` and `-`. `true`, `false` and
/// `null` are no secrets and stay.
pub const SECRET_NAMES: &[&str] = &[
    "accessKey",
    "accessToken",
    "accountKey",
    "apiKey",
    "authKey",
    "authorizationKey",
    "clientSecret",
    "connectionString",
    "connectionStrings",
    "integrityKey",
    "masterKey",
    "passphrase",
    "password",
    "primaryKey",
    "privateKey",
    "protectedSettings",
    "refreshToken",
    "sasToken",
    "sasUri",
    "sasUrl",
    "secondaryKey",
    "secretKey",
    "secretValue",
    "sharedAccessSignature",
    "sharedKey",
    "subscriptionKey",
    "workspaceKey",
];

/// Names that are dropped when their value is a text; objects of these names only refer to a secret.
pub const SECRET_TEXTS: &[&str] = &["credential", "encryptionKey", "sas", "secret", "token"];

/// What a manifest calls a property whose value, not its name, gives it away: a SAS
/// (`sig=…`), a part of a connection string, an account key, a PEM private key, a password in an address.
pub const SECRET_VALUE: &str = "a value that looks like a secret";

/// How many properties were dropped, by the names above.
pub type Dropped = BTreeMap<String, u64>;

/// JSON in texts in JSON: no service nests deeper.
const MAX_EMBEDDED: u8 = 3;

/// Writes the JSON value that `text` is to `out`: on one line, without secrets, all else as it stands.
/// `None` if the text is no JSON after all.
pub fn copy_without_secrets(text: &str, out: &mut Vec<u8>, dropped: &mut Dropped) -> Option<()> {
    Copier { text, out, dropped, embedded: 0, open: Vec::new() }.copy()
}

/// Whether a text holds a secret, for texts that are no JSON, such as messages of errors.
pub fn is_secret(text: &str) -> bool {
    static PEM: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("PRIVATE KEY-----"));
    let bytes = text.as_bytes();
    // Hardly any text has what it takes.
    (memchr2(b'=', b'%', bytes).is_some()
        && (holds_signature(text) || holds_key(text) || is_account_key(text)))
        || (memchr(b':', bytes).is_some() && holds_user_password(text))
        || PEM.find(bytes).is_some()
}

struct Copier<'a> {
    text: &'a str,
    out: &'a mut Vec<u8>,
    dropped: &'a mut Dropped,
    embedded: u8,
    /// The brackets that are open; a list, not calls in calls, so that depth costs nothing.
    open: Vec<Open>,
}

struct Open {
    is_object: bool,
    is_empty: bool,
}

impl Copier<'_> {
    fn copy(mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        loop {
            at = skip_space(bytes, at);
            match bytes.get(at)? {
                b'}' | b']' => {
                    self.out.push(bytes[at]);
                    self.open.pop()?;
                    at += 1;
                }
                b',' => at += 1,
                _ => at = self.member(at)?,
            }
            if self.open.is_empty() {
                return Some(());
            }
        }
    }

    /// Copies a member of an object, an element of a list or the outermost value, or drops it. Of a
    /// bracket only the opening is copied.
    fn member(&mut self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut key = None;
        if self.open.last().is_some_and(|open| open.is_object) {
            let end = json::end_of_value(bytes, at)?;
            key = Some(self.text.get(at..end)?);
            at = skip_space(bytes, end);
            at = skip_space(bytes, at + usize::from(bytes.get(at) == Some(&b':')));
        }
        let first = *bytes.get(at)?;
        let is_container = matches!(first, b'{' | b'[');
        // To look for the end of each bracket in a bracket would take the square of their depth.
        let end = if is_container { at + 1 } else { json::end_of_value(bytes, at)? };
        let value = self.text.get(at..end)?;
        if let Some(name) = self.secret(key, value) {
            *self.dropped.entry(name.to_owned()).or_default() += 1;
            return json::end_of_value(bytes, at);
        }
        if let Some(open) = self.open.last_mut()
            && !std::mem::replace(&mut open.is_empty, false)
        {
            self.out.push(b',');
        }
        if let Some(key) = key {
            self.out.extend_from_slice(key.as_bytes());
            self.out.push(b':');
        }
        self.out.extend_from_slice(value.as_bytes());
        if is_container {
            self.open.push(Open { is_object: first == b'{', is_empty: true });
        }
        Some(end)
    }

    /// The name under which the member is dropped, if it is.
    fn secret(&self, key: Option<&str>, value: &str) -> Option<&'static str> {
        if matches!(value, "null" | "true" | "false") {
            return None;
        }
        let is_text = value.starts_with('"');
        if let Some(key) = key {
            let key = plain(key);
            if let Some(name) = name_of_secret(&key, is_text) {
                return Some(name);
            }
            if is_secret(&key) {
                return Some(SECRET_VALUE);
            }
        }
        if !is_text {
            return None;
        }
        let value = plain(value);
        (is_secret(&value) || self.embeds_secret(&value)).then_some(SECRET_VALUE)
    }

    /// Whether a text is JSON that holds a secret.
    fn embeds_secret(&self, text: &str) -> bool {
        if self.embedded >= MAX_EMBEDDED
            || !text.trim_start().starts_with(['{', '['])
            || serde_json::from_str::<IgnoredAny>(text).is_err()
        {
            return false;
        }
        let (mut out, mut dropped) = (Vec::new(), Dropped::new());
        let embedded = self.embedded + 1;
        let copier =
            Copier { text, out: &mut out, dropped: &mut dropped, embedded, open: Vec::new() };
        copier.copy().is_none() || !dropped.is_empty()
    }
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len())
}

/// A JSON text without its quotes and escapes.
fn plain(text: &str) -> Cow<'_, str> {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    // Half a surrogate pair is JSON but no text; what is left of it is looked at as it stands.
    serde_json::from_str(text).map_or(Cow::Borrowed(inner), Cow::Owned)
}

fn name_of_secret(key: &str, is_text: bool) -> Option<&'static str> {
    // By their last letter, so that a key is compared with few of them.
    static BY_LAST: LazyLock<HashMap<u8, Vec<Name>>> = LazyLock::new(|| {
        let mut by_last: HashMap<u8, Vec<Name>> = HashMap::new();
        for (names, is_whole) in [(SECRET_NAMES, false), (SECRET_TEXTS, true)] {
            for name in names {
                let backwards: Vec<u8> = backwards(name).collect();
                let Some(last) = backwards.first() else { continue };
                by_last.entry(*last).or_default().push(Name { name, backwards, is_whole });
            }
        }
        by_last
    });
    let names = BY_LAST.get(&backwards(key).next()?)?;
    names.iter().find(|name| name.is_of(key, is_text)).map(|name| name.name)
}

/// One of the names above.
struct Name {
    name: &'static str,
    backwards: Vec<u8>,
    /// Whether it counts for texts alone, and not at the end of a longer name.
    is_whole: bool,
}

impl Name {
    fn is_of(&self, key: &str, is_text: bool) -> bool {
        let mut letters = backwards(key);
        let ends = self.backwards.iter().all(|letter| letters.next() == Some(*letter));
        ends && (!self.is_whole || is_text && letters.next().is_none())
    }
}

/// What of a name counts, the last letter first.
fn backwards(name: &str) -> impl Iterator<Item = u8> + '_ {
    let letters = name.bytes().rev().filter(|letter| !matches!(letter, b'_' | b'-'));
    letters.map(|letter| letter.to_ascii_lowercase())
}

/// A shared access signature: `sig=` as a parameter of an address, also when it is escaped once more
/// (<https://learn.microsoft.com/rest/api/storageservices/create-service-sas>).
fn holds_signature(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["sig=", "sig%3d"].iter().any(|name| {
        lower.match_indices(name).any(|(at, found)| {
            let (before, after) = (&lower[..at], &lower[at + found.len()..]);
            let is_parameter = before.is_empty()
                || before.ends_with(['?', '&', ';', ' ', '"', '\''])
                || before.ends_with("%26")
                || before.ends_with("%3f");
            let is_digit = |byte: &u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'%' | b'+' | b'/' | b'_' | b'-')
            };
            is_parameter && after.bytes().take_while(is_digit).count() >= 20
        })
    })
}

/// A part of a connection string
/// (<https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string>).
fn holds_key(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let holds = |name: &str| {
        lower.match_indices(name).any(|(at, _)| {
            let after = lower[at + name.len()..].trim_start();
            !after.is_empty() && !after.starts_with(';')
        })
    };
    ["accountkey=", "sharedaccesskey=", "sharedaccesssignature="].iter().any(|name| holds(name))
        || lower.contains(';') && ["password=", "pwd="].iter().any(|name| holds(name))
}

/// 64 bytes in Base64, the form of the keys of storage and Cosmos DB accounts.
fn is_account_key(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len() == 88 && text.strip_suffix("==").is_some_and(|digits| digits.bytes().all(is_digit))
}

/// An address with a name and a password in it.
fn holds_user_password(text: &str) -> bool {
    text.match_indices("://").any(|(at, found)| {
        let rest = &text[at + found.len()..];
        let end = rest.find(['/', '?', '#', ' ', '"']).unwrap_or(rest.len());
        let user = rest[..end].rsplit_once('@').map(|(user, _)| user);
        user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(text: &str) -> (String, Dropped) {
        let (mut out, mut dropped) = (Vec::new(), Dropped::new());
        copy_without_secrets(text, &mut out, &mut dropped).expect("JSON");
        (String::from_utf8(out).expect("UTF-8"), dropped)
    }

    #[test]
    fn drops_what_is_secret_and_nothing_else() {
        let key = format!("{}==", "a".repeat(86));
        let signature = "https://a.blob.core.windows.net/c?sv=1&sig=abcdefghijklmnopqrstuvwxyz%3D";
        let escaped = signature.replace('&', "\\u0026");
        let embedded = r#"{\"a\":{\"accountKey\":\"x\"}}"#;
        let cases: &[(&str, &str)] = &[
            (r#"{"primaryKey":"x","b":1}"#, r#"{"b":1}"#),
            (r#"{"b":1,"PRIMARY_KEY":"x"}"#, r#"{"b":1}"#),
            (r#"{"b":[{"secondaryConnectionString":{"c":1}},2]}"#, r#"{"b":[{},2]}"#),
            (r#"{"\u0070assword":"x"}"#, "{}"),
            (
                r#"{"password":7,"resetPassword":true,"sasToken":null}"#,
                r#"{"resetPassword":true,"sasToken":null}"#,
            ),
            (r#"{"secret":"x","token":"y","sas":"z"}"#, "{}"),
            (
                r#"{"encryptionKey":{"keyUri":"u"},"encryptionkey":"x"}"#,
                r#"{"encryptionKey":{"keyUri":"u"}}"#,
            ),
            (&format!(r#"{{"a":"{signature}","b":["{escaped}",1]}}"#), r#"{"b":[1]}"#),
            (&format!(r#"{{"keyName":"key1","value":"{key}"}}"#), r#"{"keyName":"key1"}"#),
            (r#"{"a":"DefaultEndpointsProtocol=https;AccountName=n;AccountKey=x"}"#, "{}"),
            (r#"{"a":"Server=s;User=u;Password=p;"}"#, "{}"),
            (
                r#"{"a":"mongodb://u:p@host/db","b":"https://u@host/a:b@c"}"#,
                r#"{"b":"https://u@host/a:b@c"}"#,
            ),
            (r#"{"a":"-----BEGIN RSA PRIVATE KEY-----\nabc"}"#, "{}"),
            (&format!(r#"{{"a":"{embedded}","b":"{{not JSON"}}"#), r#"{"b":"{not JSON"}"#),
        ];
        for (text, expected) in cases {
            let (found, dropped) = copied(text);
            assert_eq!(&found, expected, "{text}");
            assert!(!dropped.is_empty(), "{text} was dropped without being counted");
        }
    }

    #[test]
    fn keeps_all_else_as_it_stands() {
        for text in [
            r#"{"allowSharedKeyAccess":false,"keyVaultProperties":{"keyUri":"https://v/keys/k"}}"#,
            r#"{"secretStoreResource":{"uri":"https://v/secrets/s"},"datasourceAuthCredentials":{}}"#,
            r#"{"n":1.10000000000000000001,"n":-0e+5,"u":"\u00e9\ud800\n","e":[[],{},""],"x":null}"#,
            r#"{"d":"set orig=sig=short, password= of the vault","f":"AccountKey=;"}"#,
        ] {
            let (found, dropped) = copied(text);
            assert_eq!(found, text);
            assert!(dropped.is_empty(), "{dropped:?}");
        }
        let spread = "{ \"a\" :\r\n [ 1 ,\n\t\"x  y\" ] }\n";
        assert_eq!(copied(spread).0, r#"{"a":[1,"x  y"]}"#);
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(2_000), "]".repeat(2_000));
        assert_eq!(copied(&deep).0, deep);
    }

    #[test]
    fn counts_by_the_names_of_the_list() {
        let (_, dropped) = copied(r#"{"AdminPassword":"x","a":{"password":"y"},"apiKey":"z"}"#);
        assert_eq!(dropped, Dropped::from([("apiKey".into(), 1), ("password".into(), 2)]));
    }
}
