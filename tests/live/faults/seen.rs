//! What a snapshot says, to compare it with another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use backuplint::collect::plan::table::TOPICS;
use backuplint::collect::plan::topic::Topic;
use serde_json::Value;

use crate::support::tree;

/// A snapshot.
#[derive(Clone)]
pub struct Seen {
    pub manifest: Value,
    /// File and line.
    pub lines: BTreeSet<(String, String)>,
    /// The bodies of an id.
    by_id: BTreeMap<String, Vec<Value>>,
}

/// A list that is claimed to be whole, or a gap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    pub scope: String,
    pub kind: String,
    pub exactly: bool,
    pub since: Option<String>,
}

/// A gap: scope, kind, status, reason and action.
pub type Gap = (String, String, u64, String, Option<String>);

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

impl Seen {
    pub fn read(folder: &Path) -> Self {
        let mut files = tree(folder);
        let manifest = files.remove("manifest.json").expect("a manifest");
        let manifest = serde_json::from_slice(&manifest).expect("JSON");
        let mut lines = BTreeSet::new();
        for (name, content) in files {
            let content = String::from_utf8(content).expect("text");
            for line in content.lines() {
                let is_new = lines.insert((name.clone(), line.to_owned()));
                assert!(is_new, "{name} holds a line twice: {line}");
            }
        }
        let mut by_id: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (_, line) in &lines {
            let body = serde_json::from_str(line).expect("JSON");
            by_id.entry(id_of(&body)).or_default().push(body);
        }
        Self { manifest, lines, by_id }
    }

    pub fn gaps(&self) -> BTreeSet<Gap> {
        let gaps = self.manifest["gaps"].as_array().into_iter().flatten();
        gaps.map(|gap| {
            let status = gap["status"].as_u64().unwrap_or_default();
            let permission = gap["permission"].as_str().map(str::to_owned);
            (text(gap, "scope"), text(gap, "kind"), status, text(gap, "reason"), permission)
        })
        .collect()
    }

    pub fn claims(&self) -> BTreeSet<Claim> {
        let lists = self.manifest["collections"].as_array().into_iter().flatten();
        lists
            .map(|list| Claim {
                scope: text(list, "scope"),
                kind: text(list, "kind"),
                exactly: list["exactly"].as_bool().unwrap_or_default(),
                since: list["since"].as_str().map(str::to_owned),
            })
            .collect()
    }

    /// What is wrong with what was found where this would be right; the gaps excuse what is missing.
    pub fn wrongs_of(&self, found: &Seen) -> Vec<String> {
        let mut wrongs = Vec::new();
        let gaps = found.gaps();
        let is_excused = |topic: Option<&Topic>, scope: &str, id: &str| {
            gaps.iter().any(|gap| excuses(gap, topic, scope, id))
        };
        for (file, line) in self.lines.difference(&found.lines) {
            let (topic, own) = place_of(file);
            let body: Value = serde_json::from_str(line).expect("JSON");
            if !is_excused(topic, &own, &id_of(&body)) {
                wrongs.push(format!("lost: {file}: {line}"));
            }
        }
        for (file, line) in found.lines.difference(&self.lines) {
            let body: Value = serde_json::from_str(line).expect("JSON");
            let full = self.by_id.get(&id_of(&body));
            if !full.is_some_and(|all| all.iter().any(|full| is_part(&body, full))) {
                wrongs.push(format!("invented: {file}: {line}"));
            }
        }
        for claim in self.claims().difference(&found.claims()) {
            let topic = TOPICS.iter().find(|topic| topic.kind == claim.kind);
            if !is_excused(topic, &claim.scope, &claim.scope) {
                wrongs.push(format!("not claimed, and no gap: {claim:?}"));
            }
        }
        for claim in found.claims() {
            wrongs.extend(self.wrongs_of_claim(found, &claim));
            if gaps.iter().any(|gap| gap.0 == claim.scope && gap.1 == claim.kind) {
                wrongs.push(format!("claimed in spite of a gap: {claim:?}"));
            }
        }
        wrongs
    }

    /// What a claim says is all there, and is not.
    fn wrongs_of_claim(&self, found: &Seen, claim: &Claim) -> Vec<String> {
        let gaps = found.gaps();
        let kind = claim.kind.split('?').next().unwrap_or_default().to_ascii_lowercase();
        let is_claimed = |body: &Value, id: &str| {
            let own = body["type"].as_str().unwrap_or_default().to_ascii_lowercase();
            let (at, scope) = (
                id.rsplit_once("/providers/").map_or("", |(at, _)| at),
                claim.scope.to_ascii_lowercase(),
            );
            let is_there = if claim.exactly {
                at == scope.trim_end_matches('/')
            } else {
                id.starts_with(&format!("{}/", scope.trim_end_matches('/')))
            };
            own == kind && is_there
        };
        // Whoever reads the claim reads that gap, too.
        let is_told = |id: &str| gaps.iter().any(|gap| gap.0.eq_ignore_ascii_case(id));
        let all = self.by_id.iter();
        all.filter(|(id, bodies)| {
            let is_missing = !found.by_id.contains_key(*id) && !is_told(id);
            is_missing && bodies.iter().any(|body| is_claimed(body, id))
        })
        .map(|(id, _)| format!("{claim:?} is not whole: {id}"))
        .collect()
    }
}

fn id_of(body: &Value) -> String {
    body["id"].as_str().unwrap_or_default().to_ascii_lowercase()
}

/// The topic of a file, and the subscription it is of.
fn place_of(file: &str) -> (Option<&'static Topic>, String) {
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    let name = name.strip_suffix(".jsonl").unwrap_or(name);
    (TOPICS.iter().find(|topic| topic.name == name), format!("/{folder}"))
}

/// Whether a gap says that something of a topic may be missing: itself, or what led there.
fn excuses(gap: &Gap, topic: Option<&Topic>, scope: &str, id: &str) -> bool {
    let Some(topic) = topic else { return false };
    let sources = topic.sources().iter();
    let sources = sources.filter_map(|name| TOPICS.iter().find(|topic| topic.name == *name));
    let own = topic.kind.split('?').next().unwrap_or_default();
    let is_kind = gap.1 == own
        || gap.1 == "Microsoft.Resources/subscriptions"
        || sources.clone().any(|source| source.kind == gap.1);
    let holds = |inner: &str| {
        gap.0 == "/"
            || format!("{inner}/")
                .to_ascii_lowercase()
                .starts_with(&format!("{}/", gap.0).to_ascii_lowercase())
    };
    is_kind && (holds(scope) || holds(id))
        // Whom assignments name is not known if they are not.
        || topic.kind == "microsoft.graph.group" && sources.clone().any(|source| source.kind == gap.1)
        // What stands above a subscription is in the lists of every one.
        || gap.1 == own && !scope.starts_with("/subscriptions/")
}

/// Whether everything that a body says is said by another, too.
fn is_part(body: &Value, full: &Value) -> bool {
    match (body, full) {
        (Value::Object(body), Value::Object(full)) => {
            body.iter().all(|(name, value)| full.get(name).is_some_and(|full| is_part(value, full)))
        }
        (Value::String(one), Value::String(other)) => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    }
}
