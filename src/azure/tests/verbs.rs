//! Nothing but GET, and POST to two paths, can be sent: no other verb is written anywhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Where something is sent from: GETs and POSTs that stand there. Where a POST goes is checked by every
/// server of these tests.
const SENDERS: &[(&str, usize, usize)] = &[
    ("src/azure/client/transport.rs", 1, 1),
    ("src/azure/cloud/metadata.rs", 1, 0),
    ("src/azure/sign_in/github.rs", 1, 0),
    ("src/azure/sign_in/transport.rs", 1, 1),
];

/// The other ways to send that `reqwest` has, and the ways to come by a client that is not ours.
const FORBIDDEN: &[&str] = &[
    "Method::DELETE",
    "Method::PATCH",
    "Method::PUT",
    "Method::Delete",
    "Method::Patch",
    "Method::Put",
    "Method::from_bytes",
    "reqwest::Method",
    "reqwest::Request",
    "reqwest::blocking",
    "reqwest::get(",
    ".delete(",
    ".execute(",
    ".head(",
    ".patch(",
    ".put(",
    ".request(",
];

#[test]
fn nothing_but_reading_is_written_anywhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut senders = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root.join("src")).into_iter().filter_map(Result::ok) {
        let name = entry.path().strip_prefix(root).expect("below the root");
        let name = name.display().to_string().replace('\\', "/");
        let is_code = entry.path().extension().is_some_and(|ending| ending == "rs");
        if !is_code || name.contains("tests") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("readable");
        // Whoever sends names the library, or holds what `Http::client` gives.
        if !["reqwest", ".client(", "HttpClient"].iter().any(|way| text.contains(way)) {
            continue;
        }
        for verb in FORBIDDEN {
            assert!(!text.contains(verb), "{name} says `{verb}`");
        }
        let has_client = text.contains("reqwest::Client");
        assert!(!has_client || name == "src/azure/http.rs", "{name} has a client of its own");
        if text.contains(".send().await") {
            let compact: String = text.split_whitespace().collect();
            let count = |verb: &str| {
                let holders = [")", "client"];
                let stands = |(at, _): &(usize, &str)| {
                    holders.iter().any(|holder| compact[..*at].ends_with(holder))
                };
                compact.match_indices(verb).filter(stands).count()
            };
            senders.insert(name, (count(".get("), count(".post(")));
        }
    }
    let expected: BTreeMap<String, (usize, usize)> =
        SENDERS.iter().map(|(name, gets, posts)| ((*name).to_owned(), (*gets, *posts))).collect();
    assert_eq!(senders, expected);
}
