//! How the command ends: its exit code, what it says, and what is on the disk.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::served;
use super::tenant::{WITHOUT, subscription, vault};
use crate::azure_sim::{Action, Fault, Phase};
use crate::command::{assert_no_secret, command_at, comparable, text};
use crate::support::{scratch, tree};

/// Runs that are under way at a time: most of them wait before they ask again.
const WORKERS: usize = 6;

/// What a run leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaves {
    /// What an undisturbed run leaves.
    Everything,
    /// A snapshot with gaps.
    Gaps,
    /// What can be gone on with.
    Journal,
    Nothing,
}

/// Where the command looks for Azure.
#[derive(Clone, Copy)]
enum At {
    Http,
    /// With a certificate that nobody trusts.
    Https,
    Address(&'static str),
}

struct Row {
    name: &'static str,
    faults: Vec<Fault>,
    more: &'static [&'static str],
    at: At,
    code: i32,
    says: &'static str,
    leaves: Leaves,
}

fn row(
    name: &'static str,
    faults: Vec<Fault>,
    code: i32,
    says: &'static str,
    leaves: Leaves,
) -> Row {
    Row { name, faults, more: &[], at: At::Http, code, says, leaves }
}

fn status(status: u16) -> Action {
    Action::Status { status, code: None, body: None, headers: Default::default() }
}

fn with(body: &str) -> Action {
    Action::Replace { body: body.to_owned() }
}

fn locks(action: Action) -> Fault {
    Fault::new(action).at(&format!("{}/providers/Microsoft.Authorization/locks", subscription(0)))
}

fn forbid() -> Action {
    Action::Forbid { permission: "a/b/read".to_owned() }
}

const HOUR: Action = Action::Throttle { retry_after: Some(3_600) };

fn answers() -> Vec<Row> {
    use Leaves::{Everything, Gaps, Journal, Nothing};
    let nothing = r#"{"totalRecords":0,"count":0,"data":[],"facets":[],"resultTruncated":"false"}"#;
    let arm = |action| Fault::new(action).in_phase(Phase::ResourceManager);
    let query = |action| Fault::new(action).in_phase(Phase::ResourceGraph);
    let people = |action| Fault::new(action).in_phase(Phase::Directory);
    let no_answer = "found no answer";
    let allowed = row("403, allowed", vec![locks(forbid())], 0, no_answer, Gaps);
    vec![
        row("nothing", Vec::new(), 0, "next: backuplint audit", Everything),
        row("503 once", vec![locks(status(503)).on_calls(1, 1)], 0, "", Everything),
        row("dropped once", vec![arm(Action::Drop).on_calls(7, 1)], 0, "", Everything),
        row("403", vec![locks(forbid())], 3, no_answer, Gaps),
        Row { more: &["--allow-incomplete"], ..allowed },
        row("403 everywhere", vec![arm(forbid())], 3, no_answer, Gaps),
        row("404 of a vault", vec![Fault::new(Action::Vanish).at(&vault())], 3, no_answer, Gaps),
        row("malformed", vec![locks(Action::Malform)], 3, no_answer, Gaps),
        row("429 for an hour", vec![locks(HOUR)], 3, no_answer, Gaps),
        row("queries throttled later", vec![Fault { call: 3, ..query(HOUR) }], 3, no_answer, Gaps),
        row("a directory forbidden", vec![people(forbid())], 3, no_answer, Gaps),
        row("a directory throttled", vec![people(HOUR)], 3, no_answer, Gaps),
        row(
            "queries forbidden",
            vec![query(forbid())],
            3,
            "cannot read which subscriptions",
            Nothing,
        ),
        row("queries throttled", vec![query(HOUR)], 3, "cannot read which subscriptions", Nothing),
        row(
            "no subscription",
            vec![query(with(nothing))],
            2,
            "no subscription is visible",
            Nothing,
        ),
        row("tokens expire", vec![arm(Action::ExpireTokens).on_calls(9, 1)], 0, "", Everything),
        row(
            "tokens are refused for ever",
            vec![Fault { call: 9, ..arm(status(401)) }],
            3,
            no_answer,
            Gaps,
        ),
        row(
            "tokens expire and there is no other",
            vec![
                arm(Action::ExpireTokens).on_calls(9, 1),
                Fault { call: 2, ..tokens(told(401, "invalid_client")) },
            ],
            3,
            "sign in again",
            Journal,
        ),
    ]
}

fn tokens(action: Action) -> Fault {
    Fault::new(action).at("*/oauth2/v2.0/token")
}

fn told(status: u16, code: &str) -> Action {
    let body =
        format!(r#"{{"error":"{code}","error_description":"AADSTS7000215: told by Azure"}}"#);
    Action::Status { status, code: None, body: Some(body), headers: Default::default() }
}

/// There is no token, so nothing begins.
fn sign_ins() -> Vec<Row> {
    let no = |name, action, says| row(name, vec![tokens(action)], 2, says, Leaves::Nothing);
    let yes =
        |name, action| row(name, vec![tokens(action).on_calls(1, 1)], 0, "", Leaves::Everything);
    let metadata = |name, action, says| {
        row(name, vec![Fault::new(action).at("/metadata/endpoints")], 2, says, Leaves::Nothing)
    };
    let none = "there is no token in the answer";
    let life = "does not say how long its token is good for";
    let address = |name, url, says| Row {
        at: At::Address(url),
        ..row(name, Vec::new(), 2, says, Leaves::Nothing)
    };
    vec![
        no("a client is not known", told(400, "invalid_client"), "told by Azure"),
        no("a secret is wrong", told(401, "invalid_client"), "told by Azure"),
        no("a policy forbids it", told(403, "access_denied"), "told by Azure"),
        no("a proxy finds nothing", Action::Html { status: 404 }, "status 404"),
        no("a redirect instead of a token", status(302), ""),
        no("sign-in has a problem", status(500), ""),
        no("sign-in is throttled for an hour", HOUR, ""),
        no("sign-in drops the connection", Action::Drop, "cannot be reached"),
        no("a page of HTML instead of a token", Action::Html { status: 200 }, "is not JSON"),
        no("malformed instead of a token", Action::Malform, "is not JSON"),
        no("nothing instead of a token", with(""), "is not JSON"),
        no("null instead of a token", with("null"), "is not JSON"),
        no("no token", with("{}"), none),
        no("an empty token", with(r#"{"access_token":"","expires_in":60}"#), none),
        no("a token of two lines", with(r#"{"access_token":"a\nb","expires_in":60}"#), none),
        no("a token without a life", with(r#"{"access_token":"abcdef"}"#), life),
        no("a token that has expired", with(r#"{"access_token":"abcdef","expires_in":0}"#), life),
        no("a token for ever", with(r#"{"access_token":"abcdef","expires_in":1e300}"#), life),
        yes("sign-in has a problem once", status(500)),
        yes("sign-in drops the connection once", Action::Drop),
        metadata("no metadata", Action::Html { status: 404 }, "/metadata/endpoints"),
        metadata(
            "a page of HTML instead of metadata",
            Action::Html { status: 200 },
            "/metadata/endpoints",
        ),
        metadata("malformed metadata", Action::Malform, "/metadata/endpoints"),
        metadata("empty metadata", with("{}"), "/metadata/endpoints"),
        metadata("no connection for metadata", Action::Drop, "/metadata/endpoints"),
        address("nobody listens", "http://127.0.0.1:1", "127.0.0.1:1"),
        address("nobody is called so", "https://azure.invalid", "azure.invalid"),
        Row { at: At::Https, ..address("a certificate that nobody trusts", "", "certificate") },
    ]
}

/// What is wrong with the end of a run.
fn wrongs(row: &Row, undisturbed: Option<&Files>) -> (Vec<String>, Files) {
    let simulator = served(row.faults.clone());
    let folder = scratch();
    let target = folder.path().join("snapshot");
    let url = match row.at {
        At::Http => simulator.url(),
        At::Https => simulator.https_url(),
        At::Address(url) => url.to_owned(),
    };
    let place = target.to_string_lossy();
    let without = WITHOUT.iter().flat_map(|name| ["--without", name]);
    let args: Vec<&str> = ["collect", "-o", &place].into_iter().chain(without).collect();
    let output = command_at(&url, &simulator, &args).args(row.more).output().expect("a run");
    let shown = text(&output.stderr);
    assert_no_secret(row.name, &shown);
    let mut wrongs = Vec::new();
    if output.status.code() != Some(row.code) {
        wrongs.push(format!("ends with {}, not {}", output.status, row.code));
    }
    if !one_line(&shown).contains(row.says) {
        wrongs.push(format!("does not say {:?}", row.says));
    }
    let files = files(&target);
    let left = left(&target, &files, undisturbed.unwrap_or(&files));
    if left != row.leaves {
        wrongs.push(format!("leaves {left:?}, not {:?}", row.leaves));
    }
    if !wrongs.is_empty() {
        wrongs.push(shown);
    }
    (wrongs, files)
}

type Files = std::collections::BTreeMap<String, String>;

/// Without the bars and breaks of a narrow screen.
fn one_line(shown: &str) -> String {
    shown
        .split_whitespace()
        .filter(|word| !matches!(*word, "|" | "│"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The files of a snapshot, none if there is no manifest, without the times of the run and without how many requests
/// it took: those that failed count.
fn files(target: &Path) -> Files {
    if !target.join("manifest.json").exists() {
        return Files::new();
    }
    let mut files = comparable(target);
    if let Some(text) = files.get_mut("manifest.json") {
        let mut manifest: Value = serde_json::from_str(text).expect("JSON");
        for call in manifest["calls"].as_array_mut().into_iter().flatten() {
            call["count"] = Value::Null;
        }
        *text = manifest.to_string();
    }
    files
}

fn left(target: &Path, files: &Files, undisturbed: &Files) -> Leaves {
    if let Some(manifest) = files.get("manifest.json") {
        let manifest: Value = serde_json::from_str(manifest).expect("JSON");
        return match manifest["gaps"].as_array().map(Vec::len) {
            None | Some(0) if files == undisturbed => Leaves::Everything,
            _ => Leaves::Gaps,
        };
    }
    let files = if target.exists() { tree(target) } else { Default::default() };
    match files.contains_key("collect.journal") {
        true => Leaves::Journal,
        false => Leaves::Nothing,
    }
}

#[test]
fn the_command_ends_as_it_should() {
    let rows: Vec<Row> = answers().into_iter().chain(sign_ins()).collect();
    let (_, undisturbed) = wrongs(&rows[0], None);
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (wrongs, _) = wrongs(row, Some(&undisturbed));
                    if !wrongs.is_empty() {
                        let text = format!("{}:\n  {}", row.name, wrongs.join("\n  "));
                        failed.lock().expect("no panic").push(text);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic");
    assert!(failed.is_empty(), "{} of {} rows:\n{}", failed.len(), rows.len(), failed.join("\n"));
}
