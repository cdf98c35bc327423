//! `manifest.json` of a snapshot: when, what, how complete, and what could not be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::inventory::{Completeness, Coverage, Gap, GapReason, ResourceId, SnapshotInfo, Time};

/// The schema this version reads and writes.
pub const SCHEMA: &str = "backuplint.snapshot/1";

/// A snapshot's account of itself.
#[derive(Debug, Deserialize, Serialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Manifest {
    /// The format and its version.
    pub schema: String,
    /// What wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<Tool>,
    /// When collecting began, RFC 3339: nothing was read before.
    pub collected_at: String,
    /// When collecting ended, RFC 3339: nothing was read after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// The name of the cloud, as the Azure CLI spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud: Option<String>,
    /// The tenant's GUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// What was asked for.
    pub scopes: Vec<String>,
    /// How often which question was asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallEntry>,
    /// Properties left out because they hold secrets, by the name they are known by.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub dropped: BTreeMap<String, u64>,
    /// The files and how complete their bodies are.
    pub files: Vec<FileEntry>,
    /// Lists that were read to their end.
    pub collections: Vec<CollectionEntry>,
    /// What could not be read.
    pub gaps: Vec<GapEntry>,
}

/// A program.
#[derive(Debug, Deserialize, Serialize, Default)]
#[serde(default)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A question to Azure.
#[derive(Clone, Debug, Deserialize, Serialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct CallEntry {
    /// Method and path.
    pub call: String,
    /// The API version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// How many requests it took, every page counted.
    pub count: u64,
}

/// One file of a snapshot.
#[derive(Clone, Debug, Deserialize, Serialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct FileEntry {
    /// Relative to the manifest, forward slashes; without `.zst`, so that it may be packed and unpacked.
    pub path: String,
    /// The question that this answers: method and path.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub call: String,
    /// The API version of that question.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// `complete` (GET, Resource Graph) or `partial` (LIST).
    pub body: String,
    /// The number of lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
}

/// One list that was read to its end.
#[derive(Clone, Debug, Deserialize, Serialize, Default, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", default)]
pub struct CollectionEntry {
    /// The scope at and below which the list is whole.
    pub scope: String,
    /// The ARM type; with a condition if only a part was asked for, as in
    /// `Microsoft.RecoveryServices/vaults/backupJobs?operation=Restore`.
    pub kind: String,
    /// Whether only what stands at the scope itself was read, as role assignments do, and nothing below it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exactly: bool,
    /// For a list that reaches back to some time only, as lists of jobs do: that time, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// One thing that could not be read.
#[derive(Clone, Debug, Deserialize, Serialize, Default, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", default)]
pub struct GapEntry {
    /// The ARM scope.
    pub scope: String,
    /// The ARM type that was asked for.
    pub kind: String,
    /// The HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// See [`GapReason`].
    pub reason: String,
    /// The action that is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How much of a snapshot is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The folder of one subscription, with every list below it.
    Subscription(String),
    /// Single files, of one subscription where that is known. They prove no list whole: what is missing may be in
    /// the files beside them.
    Files(Option<String>),
}

impl Part {
    fn subscription(&self) -> Option<&str> {
        match self {
            Self::Whole => None,
            Self::Subscription(subscription) => Some(subscription),
            Self::Files(subscription) => subscription.as_deref(),
        }
    }

    /// Whether lists are whole in it.
    pub fn has_lists(&self) -> bool {
        !matches!(self, Self::Files(_))
    }
}

/// A snapshot among the inputs.
#[derive(Debug)]
pub struct Named {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its folder.
    pub name: String,
    /// How much of it is read.
    pub part: Part,
}

impl From<&Gap> for GapEntry {
    fn from(gap: &Gap) -> Self {
        Self {
            scope: gap.scope.clone(),
            kind: gap.kind.clone(),
            status: gap.status,
            reason: gap.reason.as_str().to_owned(),
            permission: gap.permission.clone(),
            message: Some(gap.message.clone()).filter(|message| !message.is_empty()),
        }
    }
}

impl FileEntry {
    /// The word of a manifest for how complete bodies are.
    pub fn body_word(completeness: Completeness) -> &'static str {
        match completeness {
            Completeness::Complete => "complete",
            Completeness::Partial | Completeness::Declared => "partial",
        }
    }

    /// How complete the bodies are; anything but `complete` is taken as partial.
    pub fn completeness(&self) -> Completeness {
        if self.body == "complete" { Completeness::Complete } else { Completeness::Partial }
    }
}

impl Manifest {
    /// Adds what this snapshot says of its reading, as far as it concerns the part that is read.
    pub fn account(&self, coverage: &mut Coverage, part: &Part) {
        let concerns = |scope: &str| {
            part.subscription().is_none_or(|part| {
                ResourceId::new(scope)
                    .subscription()
                    .is_some_and(|subscription| subscription.eq_ignore_ascii_case(part))
            })
        };
        let whole = |list: &&CollectionEntry| part.has_lists() && concerns(&list.scope);
        for list in self.collections.iter().filter(whole) {
            match list.since.as_deref().map(Time::parse) {
                None if list.exactly => coverage.add_list_at(&list.scope, &list.kind),
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
        SnapshotInfo { name: name.to_owned(), collected_at: self.taken() }
    }

    /// When it was taken.
    pub fn taken(&self) -> Option<Time> {
        Time::parse(&self.collected_at)
    }
}
