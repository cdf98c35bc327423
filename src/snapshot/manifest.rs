//! `manifest.json` of a snapshot: when, what, how complete, and what could not be read.

use serde::Deserialize;

use crate::inventory::{Completeness, Coverage, Gap, GapReason, SnapshotInfo, Time};

/// The schema this version reads and writes.
pub const SCHEMA: &str = "backuplint.snapshot/1";

/// A snapshot's account of itself.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Manifest {
    /// The format and its version.
    pub schema: String,
    /// When it was collected, RFC 3339.
    pub collected_at: String,
    /// What was asked for.
    pub scopes: Vec<String>,
    /// The files and how complete their bodies are.
    pub files: Vec<FileEntry>,
    /// Lists that were read to their end.
    pub collections: Vec<CollectionEntry>,
    /// What could not be read.
    pub gaps: Vec<GapEntry>,
}

/// One file of a snapshot.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct FileEntry {
    /// Relative to the manifest, forward slashes.
    pub path: String,
    /// `complete` (GET, Resource Graph) or `partial` (LIST).
    pub body: String,
    /// The number of lines.
    pub records: Option<u64>,
}

/// One list that was read to its end.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct CollectionEntry {
    /// The scope at and below which the list is whole.
    pub scope: String,
    /// The ARM type.
    pub kind: String,
    /// For a list that reaches back to some time only, as lists of jobs do: that time, RFC 3339.
    pub since: Option<String>,
}

/// One thing that could not be read.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct GapEntry {
    /// The ARM scope.
    pub scope: String,
    /// The ARM type that was asked for.
    pub kind: String,
    /// The HTTP status.
    pub status: Option<u16>,
    /// See [`GapReason`].
    pub reason: String,
    /// The action that is missing.
    pub permission: Option<String>,
    /// What happened.
    pub message: Option<String>,
}

impl FileEntry {
    /// How complete the bodies are; anything but `complete` is taken as partial.
    pub fn completeness(&self) -> Completeness {
        if self.body == "complete" { Completeness::Complete } else { Completeness::Partial }
    }
}

impl Manifest {
    /// Adds what this snapshot says of its reading. `part` keeps only what concerns one
    /// subscription, for a part of a snapshot that is audited alone.
    pub fn account(&self, coverage: &mut Coverage, part: Option<&str>) {
        let concerns = |scope: &str| {
            part.is_none_or(|part| {
                crate::inventory::ResourceId::new(scope)
                    .subscription()
                    .is_some_and(|subscription| subscription.eq_ignore_ascii_case(part))
            })
        };
        for list in self.collections.iter().filter(|list| concerns(&list.scope)) {
            match list.since.as_deref().map(Time::parse) {
                None => coverage.add_list(&list.scope, &list.kind),
                Some(Some(since)) => coverage.add_list_since(&list.scope, &list.kind, since),
                // Nobody knows how far back it reaches.
                Some(None) => {}
            }
        }
        for gap in self.gaps.iter().filter(|gap| concerns(&gap.scope)) {
            coverage.add_gap(Gap {
                scope: gap.scope.clone(),
                kind: gap.kind.clone(),
                status: gap.status,
                reason: GapReason::of(&gap.reason),
                permission: gap.permission.clone(),
                message: gap.message.clone().unwrap_or_default(),
            });
        }
    }

    /// The snapshot as rules see it.
    pub fn info(&self, name: &str) -> SnapshotInfo {
        SnapshotInfo { name: name.to_owned(), collected_at: Time::parse(&self.collected_at) }
    }
}
