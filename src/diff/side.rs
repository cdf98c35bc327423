//! One side of a comparison: the verdicts of a report, from a run or from a file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use thiserror::Error;

use super::Presence;
use crate::finding::{Finding, OutcomeKind, ResourceKey, Severity};
use crate::inventory::id;
use crate::result::{Inspected, Report};

/// The kinds of gaps that are parts of an input, and not of Azure.
const OF_INPUTS: [&str; 3] = ["file", "line", "body"];
/// The family of rules that judge changes.
const CHANGE: &str = "change";
/// The family of rules that speak of a run.
const SCAN: &str = "scan";

/// What a report says.
#[derive(Debug, Default)]
pub struct Side {
    /// Its name.
    pub name: String,
    /// When it was so, RFC 3339.
    pub as_of: String,
    /// Failures and undecided verdicts, and passes that a report lists.
    pub verdicts: Vec<Verdict>,
    /// What could not be read.
    pub blind: Vec<Blind>,
    /// Rules that stopped with an error.
    pub rule_errors: Vec<String>,
    /// Families by the ids of active rules.
    rules: BTreeMap<String, String>,
    /// Rules of which the report counts more verdicts than it lists.
    hidden: BTreeSet<String>,
    /// The resources that a report in a file names, by folder, ids in lower case: it does not list all that it looked
    /// at.
    named: BTreeSet<(String, String)>,
    /// The resources that a report in a file says it looked at.
    inspected: Option<Inspected>,
    /// Rules that a report in a file has undecided verdicts of which it never lists.
    counted: BTreeSet<String>,
}

/// One verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The rule's id.
    pub rule: String,
    /// The outcome.
    pub outcome: OutcomeKind,
    /// What it weighs.
    pub severity: Severity,
    /// The ARM id in lower case, or an address in code.
    pub resource: String,
    /// The folder of the code that it stands in: two projects may use one address. Empty for an ARM id.
    pub folder: String,
    /// The property.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// Its identity.
    pub fingerprint: String,
    /// Whether somebody waived it.
    pub is_waived: bool,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blind {
    /// The scope.
    pub scope: String,
    /// The ARM type.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// The rules that cannot decide because of it; a file that was lost may blind every rule, and names none.
    pub rules: Vec<String>,
    /// Whether nobody knows what it hides: a file that a report in a file speaks of. A run knows, and says so in
    /// its verdicts.
    is_boundless: bool,
}

/// A report that cannot be compared.
#[derive(Debug, Error)]
pub enum SideError {
    /// It is no JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It is of another kind.
    #[error("it is no backuplint.report/1")]
    Schema,
    /// A part of it says nothing.
    #[error("what it says was inspected cannot be read: it was changed or cut")]
    Inspected,
}

impl Verdict {
    /// Whether it is a failure that counts.
    pub fn is_live_failure(&self) -> bool {
        self.outcome == OutcomeKind::Fail && !self.is_waived
    }
}

impl Side {
    /// The verdicts of a run.
    pub fn of(name: String, report: &Report<'_>) -> Self {
        let rules = report.rules.iter().filter(|rule| !rule.notice);
        let verdict = |finding: Finding| {
            let rule = &report.rules[finding.rule];
            let is_id = finding.resource.starts_with('/');
            (!rule.notice).then(|| Verdict {
                rule: rule.id.clone(),
                outcome: finding.outcome,
                severity: finding.severity,
                folder: finding.location.as_ref().map_or_else(String::new, |location| {
                    folder_of(&finding.resource, &location.uri)
                }),
                resource: if is_id { finding.resource.to_lowercase() } else { finding.resource },
                path: finding.path,
                message: finding.message,
                fingerprint: finding.fingerprint,
                is_waived: finding.suppression.is_some(),
            })
        };
        let gaps = report.gaps.iter().map(|gap| Blind {
            scope: gap.scope.clone(),
            kind: gap.kind.clone(),
            reason: gap.reason.as_str().to_owned(),
            rules: gap.rules.clone(),
            is_boundless: false,
        });
        Self {
            name,
            as_of: report.as_of.clone(),
            verdicts: report.findings.iter().filter_map(verdict).collect(),
            blind: gaps.collect(),
            rule_errors: report.rule_errors.clone(),
            rules: rules.map(|rule| (rule.id.clone(), rule.family.clone())).collect(),
            hidden: BTreeSet::new(),
            named: BTreeSet::new(),
            inspected: None,
            counted: BTreeSet::new(),
        }
    }

    /// The verdicts of a report in JSON.
    ///
    /// # Errors
    /// When it is no `backuplint.report/1`.
    pub fn parse(name: String, text: &str) -> Result<Self, SideError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Root<'t> {
            schema: String,
            as_of: String,
            summary: Summary,
            per_rule: BTreeMap<String, Counts>,
            results: Vec<Shape>,
            #[serde(default)]
            analysis: Analysis,
            gaps: Vec<GapShape>,
            #[serde(default)]
            rule_errors: Vec<String>,
            #[serde(borrow)]
            inspected: Option<InspectedShape<'t>>,
        }
        #[derive(Deserialize)]
        struct InspectedShape<'t> {
            algorithm: String,
            #[serde(default)]
            projects: Vec<String>,
            #[serde(borrow)]
            keys: Cow<'t, str>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Summary {
            #[serde(default)]
            not_assessable: BTreeMap<String, u64>,
        }
        #[derive(Default, Deserialize)]
        struct Analysis {
            #[serde(default)]
            destruction: Vec<VaultShape>,
        }
        #[derive(Deserialize)]
        struct VaultShape {
            vault: String,
        }
        #[derive(Deserialize)]
        struct Counts {
            family: String,
            fail: u64,
            unknown: u64,
        }
        #[derive(Deserialize)]
        struct Shape {
            rule: String,
            outcome: String,
            severity: Severity,
            resource: String,
            path: String,
            message: String,
            fingerprint: String,
            location: Option<PlaceShape>,
            suppression: Option<serde::de::IgnoredAny>,
        }
        #[derive(Deserialize)]
        struct PlaceShape {
            uri: String,
        }
        impl Shape {
            fn folder(&self) -> String {
                let uri = self.location.as_ref().map_or("", |place| &place.uri);
                folder_of(&self.resource, uri)
            }
        }
        #[derive(Deserialize)]
        struct GapShape {
            scope: String,
            kind: String,
            reason: String,
            rules: Vec<String>,
        }
        #[derive(Deserialize)]
        struct Head {
            #[serde(default)]
            schema: String,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.schema != "backuplint.report/1" {
            return Err(SideError::Schema);
        }
        let root: Root<'_> = serde_json::from_str(text)?;
        debug_assert_eq!(root.schema, head.schema, "read twice");
        let mut listed: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for shape in &root.results {
            let (fail, unknown) = listed.entry(&shape.rule).or_default();
            match shape.outcome.as_str() {
                "fail" => *fail += 1,
                "unknown" => *unknown += 1,
                _ => {}
            }
        }
        // What code can never say is counted and not listed, always.
        let never = |rule: &str| root.summary.not_assessable.get(rule).copied().unwrap_or(0);
        let hidden = root.per_rule.iter().filter(|(rule, counts)| {
            let (fail, unknown) = listed.get(rule.as_str()).copied().unwrap_or_default();
            counts.fail > fail || counts.unknown > unknown + never(rule)
        });
        let hidden = hidden.map(|(rule, _)| rule.clone()).collect();
        let rules = root.per_rule.into_iter();
        let rules: BTreeMap<String, String> = rules
            .filter(|(_, counts)| counts.family != SCAN)
            .map(|(rule, counts)| (rule, counts.family))
            .collect();
        let vaults = root.analysis.destruction.iter().map(|shape| (String::new(), &shape.vault));
        let named = root.results.iter().map(|shape| (shape.folder(), &shape.resource));
        let named = named.chain(vaults);
        let named = named.map(|(folder, it)| (folder, in_one_case(it).into_owned())).collect();
        let verdict = |shape: Shape| {
            let folder = shape.folder();
            let outcome =
                OutcomeKind::ALL.into_iter().find(|known| known.name() == shape.outcome)?;
            rules.contains_key(&shape.rule).then_some(Verdict {
                rule: shape.rule,
                outcome,
                severity: shape.severity,
                folder,
                resource: shape.resource,
                path: shape.path,
                message: shape.message,
                fingerprint: shape.fingerprint,
                is_waived: shape.suppression.is_some(),
            })
        };
        let inspected = root.inspected.filter(|shape| shape.algorithm == ResourceKey::ALGORITHM);
        let inspected = inspected.map(|InspectedShape { projects, keys, .. }| {
            Inspected::decode(projects, &keys).ok_or(SideError::Inspected)
        });
        let inspected = inspected.transpose()?;
        let is_told = inspected.is_some();
        let gaps = root.gaps.into_iter().map(|gap| Blind {
            is_boundless: !is_told && gap.rules.is_empty() && OF_INPUTS.contains(&&*gap.kind),
            scope: gap.scope,
            kind: gap.kind,
            reason: gap.reason,
            rules: gap.rules,
        });
        Ok(Self {
            name,
            as_of: root.as_of,
            verdicts: root.results.into_iter().filter_map(verdict).collect(),
            blind: gaps.collect(),
            rule_errors: root.rule_errors,
            rules,
            hidden,
            named,
            inspected,
            counted: root.summary.not_assessable.into_keys().collect(),
        })
    }

    /// Whether a rule was active.
    pub fn has_rule(&self, rule: &str) -> bool {
        self.rules.contains_key(rule)
    }

    /// Whether it counts verdicts of a rule that it does not list, as with `--outcomes fail` or `--min-severity`.
    pub fn hides(&self, rule: &str) -> bool {
        self.hidden.contains(rule)
    }

    /// Whether it has undecided verdicts of a rule that it counts, never lists, and gives without their resources. A report that
    /// does not say what it looked at is not asked.
    pub(super) fn only_counts(&self, rule: &str) -> bool {
        self.inspected.is_some() && self.counted.contains(rule)
    }

    /// Whether a rule stopped with an error, and what it would have said is missing.
    pub(super) fn has_stopped(&self, rule: &str) -> bool {
        let names = |error: &String| error.split_once(": ").is_some_and(|(name, _)| name == rule);
        self.rule_errors.iter().any(names)
    }

    /// Whether a verdict speaks of a change, and so of both sides.
    pub(super) fn is_of_change(&self, verdict: &Verdict) -> bool {
        self.rules.get(&verdict.rule).is_some_and(|family| family == CHANGE)
    }

    /// What a report in a file says of a resource: whether it looked at it. Which lists were read it does not say, so
    /// nothing is gone. A report of an earlier version says it only of what it lists, and lists no passes unless it was asked to.
    pub fn shows(&self, verdict: &Verdict) -> Presence {
        if let Some(inspected) = &self.inspected {
            let Verdict { rule, resource, path, fingerprint, .. } = verdict;
            return if inspected.has(rule, resource, path, fingerprint) {
                Presence::There
            } else {
                Presence::Unseen(
                    "the newer report did not look at it: compare snapshots to see whether it is gone",
                )
            };
        }
        let resource = in_one_case(&verdict.resource).into_owned();
        if self.named.contains(&(verdict.folder.clone(), resource)) {
            return Presence::There;
        }
        Presence::Unseen(
            "the newer report says nothing of it, so it may not have looked: write it with --outcomes fail,unknown,pass, or compare snapshots",
        )
    }

    /// What hides whether a verdict of the other side still holds.
    pub(super) fn blind_for(&self, verdict: &Verdict) -> Option<&Blind> {
        self.blind.iter().find(|blind| {
            if blind.is_boundless {
                return true;
            }
            let is_near = id::is_within(&verdict.resource, &blind.scope)
                || id::is_within(&blind.scope, &verdict.resource);
            is_near && blind.rules.contains(&verdict.rule)
        })
    }
}

/// The folder of a file that declares a resource, unless an id tells the resource from all others.
fn folder_of(resource: &str, uri: &str) -> String {
    let folder = uri.rsplit_once('/').map_or("", |(folder, _)| folder);
    if resource.starts_with('/') { String::new() } else { folder.to_owned() }
}

/// An ARM id in lower case; an address in code as it is.
fn in_one_case(resource: &str) -> Cow<'_, str> {
    if resource.starts_with('/') { resource.to_lowercase().into() } else { resource.into() }
}
