//! Nothing but GET, and POST to two paths, can be sent: no other verb is written anywhere.

use std::fs;
use std::path::Path;

/// Where something is sent from, and how often each verb stands there.
const SENDERS: &[(&str, &str, usize)] = &[
    ("src/azure/client/transport.rs", ".get(", 1),
    ("src/azure/client/transport.rs", ".post(", 1),
];

/// The ways to send that `reqwest` has besides those two.
const FORBIDDEN: &[&str] = &[
    "Method::DELETE",
    "Method::PATCH",
    "Method::PUT",
    "Method::from_bytes",
    "RequestBuilder",
    "http::Request",
    "reqwest::Request",
    "reqwest::Method",
    ".delete(",
    ".execute(",
    ".head(",
    ".patch(",
    ".put(",
    ".request(",
    "reqwest::get(",
    "reqwest::blocking",
];

#[test]
fn nothing_but_reading_is_written_anywhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for entry in walkdir::WalkDir::new(root.join("src")).into_iter().filter_map(Result::ok) {
        let name = entry.path().strip_prefix(root).expect("below the root").display().to_string();
        if entry.path().extension().is_none_or(|ending| ending != "rs") || name.contains("tests") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("readable");
        // Only who names the crate, or holds what `Http::inner` gives, can send with it.
        if !text.contains("reqwest") && !text.contains(".inner()") {
            continue;
        }
        seen += 1;
        for verb in FORBIDDEN {
            assert!(!text.contains(verb), "{name} says `{verb}`");
        }
        if text.contains(".send()") || text.contains(".inner()") {
            for verb in [".get(", ".post("] {
                let on_client = text.match_indices(verb).filter(|(at, _)| {
                    let before = text[..*at].trim_end();
                    before.ends_with("http")
                        || before.ends_with("inner()")
                        || before.ends_with("client")
                });
                let expected =
                    SENDERS.iter().find(|(file, known, _)| *file == name && *known == verb);
                assert_eq!(
                    on_client.count(),
                    expected.map_or(0, |(_, _, count)| *count),
                    "{name} `{verb}`"
                );
            }
        }
    }
    assert!(seen >= 3, "only {seen} files that could send");
}
