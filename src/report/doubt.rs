//! What a report cannot say, sorted for people: why a verdict is missing, gaps that are alike, remarks on the run.

use std::collections::HashMap;
use std::fmt::Write;

use crate::finding::Finding;
use crate::inventory::Reason;
use crate::report::words;
use crate::result::{Entry, Gap, Report};

/// The permissions missing in gaps that blind a rule for this reason.
pub fn permissions<'r>(report: &'r Report<'r>, rule: &str, reason: Option<Reason>) -> Vec<&'r str> {
    if reason != Some(Reason::Forbidden) {
        return Vec::new();
    }
    let blinding = report.gaps.iter().filter(|gap| gap.rules.iter().any(|blinded| blinded == rule));
    let mut permissions: Vec<&str> = blinding.filter_map(|gap| gap.permission.as_deref()).collect();
    permissions.sort_unstable();
    permissions.dedup();
    permissions
}

/// What a reason means, and what to do.
pub fn meaning(reason: Reason) -> &'static str {
    match reason {
        Reason::Forbidden => "Azure refused to show it; grant the permission and collect again",
        Reason::Throttled => "Azure kept answering \"too many requests\"; collect again",
        Reason::NotCollected => {
            "not in this input; export each resource by GET: a LIST leaves settings out"
        }
        Reason::UnresolvedExpression => {
            "an expression that code alone does not resolve; audit the plan or the live estate"
        }
        Reason::UnrecognisedValue => {
            "a value that this version does not know; is there a newer version?"
        }
        Reason::SourceCannotSay => "this kind of input can never say it; audit the live estate",
        Reason::OutsideThisSource => "it may be declared outside of what was read",
        Reason::Conditional => "it depends on a condition that cannot be evaluated here",
        Reason::WindowTooShort => "the history that was read is too short for the question",
    }
}

/// Gaps that differ only in their scope, together, in the order of their first; what Azure answers is worded by
/// scope, so there its wording counts for nothing.
pub fn alike(gaps: &[Gap]) -> Vec<Vec<&Gap>> {
    let mut groups: Vec<Vec<&Gap>> = Vec::new();
    let mut positions = HashMap::new();
    for gap in gaps {
        let wording = gap.status.is_none().then_some(&gap.message);
        let key = (&gap.kind, gap.status, &gap.reason, &gap.permission, &gap.rules, wording);
        let at = *positions.entry(key).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(gap);
    }
    groups
}

/// What each notice is about and what it says; those that say the same are told once.
pub fn notices(findings: &[Entry<'_>]) -> Vec<String> {
    let findings: Vec<Finding> = findings.iter().map(Entry::finding).collect();
    let mut groups: Vec<(&Finding, u64)> = Vec::new();
    for finding in &findings {
        let known = groups
            .iter_mut()
            .find(|(first, _)| (first.rule, &first.message) == (finding.rule, &finding.message));
        match known {
            Some((_, more)) => *more += 1,
            None => groups.push((finding, 0)),
        }
    }
    let notice = |(first, more): (&Finding, u64)| {
        let name = words::name(&first.resource);
        let mut text = String::new();
        if more > 0 {
            let _ = write!(text, "{name} and {} more: ", words::number(more));
        } else if !first.message.starts_with(name) {
            let _ = write!(text, "{name}: ");
        }
        text.push_str(&first.message);
        if !first.path.is_empty() && words::is_arm_id(&first.resource) {
            let _ = write!(text, " ({} at {})", first.observed, first.path);
        }
        text
    };
    groups.into_iter().map(notice).collect()
}
