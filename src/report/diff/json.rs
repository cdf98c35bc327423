//! `backuplint.diff/1`: what changed, for scripts.

use std::io::{self, Write};

use serde::Serialize;

use super::super::layout;
use super::{Beside, sorted};
use crate::diff::{Between, Blind, Diff, Gained, Side, Vanished, Verdict};
use crate::finding::Severity;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root<'a> {
    schema: &'static str,
    tool: Tool,
    old: SideShape<'a>,
    new: SideShape<'a>,
    fail_on: Severity,
    worse_than_before: bool,
    summary: Summary,
    findings: Findings<'a>,
    estates: Option<Estates<'a>>,
    gaps: Vec<GapShape<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SideShape<'a> {
    name: &'a str,
    as_of: &'a str,
}

#[derive(Serialize)]
struct Summary {
    new: usize,
    worse: usize,
    fixed: usize,
    unclear: usize,
    unchanged: u64,
}

#[derive(Serialize)]
struct Findings<'a> {
    new: Vec<Shape<'a>>,
    worse: Vec<Shape<'a>>,
    fixed: Vec<Shape<'a>>,
    unclear: Vec<Shape<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shape<'a> {
    rule: &'a str,
    severity: Severity,
    resource: &'a str,
    path: &'a str,
    message: &'a str,
    fingerprint: &'a str,
    was_undecided: bool,
    severity_before: Option<Severity>,
    how: Option<&'static str>,
    why: Option<&'a str>,
}

#[derive(Serialize)]
struct Estates<'a> {
    weakened: Vec<Shape<'a>>,
    vanished: Vec<VanishedShape>,
    gained: Vec<GainedShape<'a>>,
    hidden: Vec<GainedShape<'a>>,
}

#[derive(Serialize)]
struct VanishedShape {
    on: String,
    noun: &'static str,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GainedShape<'a> {
    principal_id: &'a str,
    name: &'a str,
    right: &'static str,
    strength: &'static str,
    certain: bool,
    vaults: Vec<String>,
}

#[derive(Serialize)]
struct GapShape<'a> {
    scope: &'a str,
    kind: &'a str,
    reason: &'a str,
    rules: &'a [String],
}

impl<'a> Shape<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        Self {
            rule: &verdict.rule,
            severity: verdict.severity,
            resource: &verdict.resource,
            path: &verdict.path,
            message: &verdict.message,
            fingerprint: &verdict.fingerprint,
            was_undecided: false,
            severity_before: None,
            how: None,
            why: None,
        }
    }
}

/// Writes the comparison as JSON, one finding a line.
pub(super) fn write(diff: &Diff<'_>, beside: Beside<'_>, out: &mut dyn Write) -> io::Result<()> {
    let new = sorted(&diff.new, |new| new.verdict).into_iter();
    let worse = sorted(&diff.worse, |worse| worse.verdict).into_iter();
    let fixed = sorted(&diff.fixed, |fixed| fixed.verdict).into_iter();
    let unclear = sorted(&diff.unclear, |unclear| unclear.verdict).into_iter();
    let root = Root {
        schema: "backuplint.diff/1",
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        old: side(beside.old),
        new: side(beside.new),
        fail_on: beside.fail_on,
        worse_than_before: diff.is_worse(beside.fail_on),
        summary: Summary {
            new: diff.new.len(),
            worse: diff.worse.len(),
            fixed: diff.fixed.len(),
            unclear: diff.unclear.len(),
            unchanged: diff.unchanged,
        },
        findings: Findings {
            new: new
                .map(|new| Shape { was_undecided: new.was_undecided, ..Shape::of(new.verdict) })
                .collect(),
            worse: worse
                .map(|worse| Shape {
                    severity_before: Some(worse.before),
                    ..Shape::of(worse.verdict)
                })
                .collect(),
            fixed: fixed
                .map(|fixed| Shape { how: Some(fixed.how.name()), ..Shape::of(fixed.verdict) })
                .collect(),
            unclear: unclear
                .map(|it| Shape { why: Some(&it.why), ..Shape::of(it.verdict) })
                .collect(),
        },
        estates: diff.estates.as_ref().map(estates),
        gaps: beside.new.blind.iter().map(gap).collect(),
    };
    layout::write(&root, out, 3)
}

fn side(side: &Side) -> SideShape<'_> {
    SideShape { name: &side.name, as_of: &side.as_of }
}

fn estates<'a>(between: &'a Between<'_>) -> Estates<'a> {
    let weakened = sorted(&between.weakened, |verdict| verdict);
    Estates {
        weakened: weakened.into_iter().map(|verdict| Shape::of(verdict)).collect(),
        vanished: between.vanished.iter().map(vanished).collect(),
        gained: between.rights.gained.iter().map(gained).collect(),
        hidden: between.rights.hidden.iter().map(gained).collect(),
    }
}

fn vanished(vanished: &Vanished) -> VanishedShape {
    VanishedShape {
        on: vanished.on.to_lowercase(),
        noun: vanished.noun,
        reason: vanished.doubt.map(crate::inventory::Reason::name),
    }
}

fn gained(gained: &Gained) -> GainedShape<'_> {
    GainedShape {
        principal_id: &gained.principal,
        name: &gained.label,
        right: gained.right.name(),
        strength: gained.strength.name(),
        certain: gained.is_certain,
        vaults: gained.vaults.iter().map(|vault| vault.to_lowercase()).collect(),
    }
}

fn gap(gap: &Blind) -> GapShape<'_> {
    GapShape { scope: &gap.scope, kind: &gap.kind, reason: &gap.reason, rules: &gap.rules }
}
