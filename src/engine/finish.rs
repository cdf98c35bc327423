//! From verdicts to a report: places, fingerprints, suppressions, order.

use std::sync::Arc;

use rayon::prelude::*;

use super::Run;
use super::evaluate::{RawFinding, Subject, Verdicts};
use super::plan::{Logic, Plan};
use crate::finding::{
    Finding, Location, OutcomeKind, Related, Severity, SuppressionRef, fingerprint,
};
use crate::inventory::{Estate, Kind, Protection, Resource, View};
use crate::result::{Gap, Report, Summary};
use crate::rule::{Check, SuppressionUse};

/// Finds the place of a slice of the inputs.
pub type Locate<'l> = dyn Fn(&str) -> Option<Location> + Sync + 'l;

/// One waived finding's reference.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Which suppression.
    pub index: usize,
    /// What reports show; `None` if the suppression has expired and no longer waives.
    pub live: Option<SuppressionRef>,
}

/// The suppressions of a run.
pub trait Waivers: Sync {
    /// The suppressions that name this rule and resource, live and expired, in the configuration's
    /// order.
    fn matching(&self, rule: &str, resource: &str, uri: Option<&str>) -> Vec<Waiver>;

    /// Every suppression, with nothing matched yet.
    fn uses(&self) -> Vec<SuppressionUse>;
}

pub(super) fn finish(plan: &Plan, run: Run<'_, '_>, verdicts: Verdicts<'_, '_>) -> Report {
    let Verdicts { findings: raw, counts, errors, notices, .. } = verdicts;
    let (mut findings, waived): (Vec<Finding>, Vec<Vec<usize>>) =
        raw.into_par_iter().map(|raw| concrete(plan, &run, raw)).unzip();
    let uses = uses_of_suppressions(plan, &run, &findings, &waived);
    drop(waived);
    let mut late = Verdicts { counts, ..Verdicts::default() };
    for (at, active) in plan.rules.iter().enumerate() {
        let Logic::Native(Check::Suppression(check)) = active.rule.logic else { continue };
        for used in &uses {
            let name =
                format!("suppression {} of `{}` on `{}`", used.index + 1, used.rule, used.pattern);
            let verdict = check(used, &plan.context(at, &run));
            late.add(
                at,
                verdict,
                || Subject::Placed(name.clone(), used.location.clone()),
                run.outcomes,
            );
        }
    }
    findings.extend(late.findings.into_iter().map(|raw| concrete(plan, &run, raw).0));
    let summary = summary(plan, &late.counts, &findings);
    findings.par_sort_by(|left, right| {
        (right.severity, left.rule, left.outcome, &left.resource, &left.path, &left.message).cmp(&(
            left.severity,
            right.rule,
            right.outcome,
            &right.resource,
            &right.path,
            &right.message,
        ))
    });
    Report {
        command: run.command,
        as_of: run.now.to_string(),
        inputs: run.inputs.clone(),
        rules: plan.rules.iter().map(|active| Arc::clone(&active.rule.metadata)).collect(),
        findings,
        gaps: gaps(plan, &run),
        reading: run.estate.reading.clone(),
        summary,
        per_rule: late.counts,
        notices: run.notices.into_iter().chain(notices).collect(),
        rule_errors: errors
            .into_iter()
            .map(|(rule, error)| format!("{}: {error}", plan.rules[rule].rule.metadata.id))
            .collect(),
        fail_on: run.fail_on,
    }
}

/// Fills in everything a report shows of one verdict, and says which suppressions name it.
fn concrete(plan: &Plan, run: &Run<'_, '_>, raw: RawFinding<'_, '_>) -> (Finding, Vec<usize>) {
    let active = &plan.rules[raw.rule];
    let metadata = &active.rule.metadata;
    let path = raw.defect.path.into_owned();
    let (resource, resource_type, location) = match raw.subject {
        Subject::Resource(resource) => (
            resource.id.as_str().to_owned(),
            resource.type_name().into_owned(),
            (run.locate)(place(run.estate, resource, &path)),
        ),
        Subject::Named(name) => (name, String::new(), None),
        Subject::Placed(name, location) => (name, String::new(), Some(location)),
    };
    let uri = location.as_ref().map(|location| location.uri.as_str());
    let waivers = if matches!(raw.outcome, OutcomeKind::Fail | OutcomeKind::Unknown) {
        run.waivers.matching(&metadata.id, &resource, uri)
    } else {
        Vec::new()
    };
    let message = match (raw.reason, raw.defect.message) {
        (Some(reason), message) if message.is_empty() && path.is_empty() => {
            format!("cannot be decided: {reason}")
        }
        (Some(reason), message) if message.is_empty() => format!("`{path}` is unknown: {reason}"),
        (_, message) => message,
    };
    let related = raw.defect.related.into_iter().map(|(resource, message)| {
        let location = run.estate.other(&resource).and_then(|found| (run.locate)(found.place("")));
        Related { resource, message, location }
    });
    let finding = Finding {
        rule: raw.rule,
        outcome: raw.outcome,
        severity: active.severity,
        level: raw.defect.level,
        related: related.collect(),
        fingerprint: fingerprint(&metadata.id, &resource, &path),
        resource,
        resource_type,
        path,
        observed: raw.defect.observed,
        expected: raw.defect.expected,
        message,
        reason: raw.reason,
        location,
        baseline: None,
        suppression: waivers.iter().find_map(|waiver| waiver.live.clone()),
    };
    (finding, waivers.iter().map(|waiver| waiver.index).collect())
}

/// The source text of a finding's path. What a rule calls `related.` stands in a neighbour's body.
fn place<'a>(estate: &Estate<'a>, resource: &Resource<'a>, path: &str) -> &'a str {
    let neighbour = path.strip_prefix("related.").and_then(|path| {
        let (name, path) = path.split_once('.')?;
        Some((neighbour(estate, resource, name)?, path))
    });
    match neighbour {
        Some((neighbour, path)) => neighbour.place(path),
        None => resource.place(path),
    }
}

/// A resource by the name that it has under Rego's `input.related`.
fn neighbour<'e, 'a>(
    estate: &'e Estate<'a>,
    resource: &'e Resource<'a>,
    name: &str,
) -> Option<&'e Resource<'a>> {
    let vault = || estate.vault(resource.id.vault()?);
    let child = |kind, at: usize| estate.children_of(resource.id.as_str(), kind).nth(at);
    let (name, at) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((name, at)) => (name, at.parse().ok()?),
        None => (name, 0),
    };
    match name {
        "guard_links" => vault()?.guard_links.as_ref().known()?.get(at),
        "diagnostic_settings" => child(Kind::DiagnosticSetting, at),
        "extensions" => child(Kind::KubernetesExtension, at),
        "linked_vaults" => estate.vaults_guarded_by(resource.id.as_str()).get(at).copied(),
        "backup_config" => vault()?.backup_config.as_ref().known(),
        "storage_config" => vault()?.storage_config.as_ref().known(),
        "vault" => Some(&vault()?.resource),
        "policy" => {
            let policy = Protection::read(resource.clone()).ok()?.policy.known()?;
            Some(&estate.policy(&policy)?.resource)
        }
        _ => None,
    }
}

/// How each suppression fared over all findings.
fn uses_of_suppressions(
    plan: &Plan,
    run: &Run<'_, '_>,
    findings: &[Finding],
    waived: &[Vec<usize>],
) -> Vec<SuppressionUse> {
    let mut uses = run.waivers.uses();
    let failures =
        findings.iter().zip(waived).filter(|(finding, _)| finding.outcome == OutcomeKind::Fail);
    for index in failures.flat_map(|(_, waived)| waived) {
        if let Some(used) = uses.iter_mut().find(|used| used.index == *index) {
            used.matches += 1;
        }
    }
    for used in &mut uses {
        let rule = plan.rules.iter().position(|active| active.rule.metadata.id == used.rule);
        used.active = rule.is_some();
        used.blinded = findings
            .iter()
            .any(|finding| Some(finding.rule) == rule && finding.outcome == OutcomeKind::Unknown);
    }
    uses
}

fn summary(plan: &Plan, counts: &[[u64; 4]], findings: &[Finding]) -> Summary {
    let is_notice = |rule: usize| plan.rules[rule].rule.metadata.notice;
    let mut summary = Summary::default();
    let judging = counts.iter().enumerate().filter(|(rule, _)| !is_notice(*rule));
    for (_, [fail, unknown, pass, not_applicable]) in judging {
        summary.evaluations += fail + unknown + pass + not_applicable;
        summary.fail += fail;
        summary.unknown += unknown;
        summary.pass += pass;
        summary.not_applicable += not_applicable;
    }
    summary.by_severity = Severity::ALL.into_iter().map(|severity| (severity, 0)).collect();
    for finding in findings.iter().filter(|finding| !is_notice(finding.rule)) {
        if finding.suppression.is_some() {
            summary.suppressed += 1;
            match finding.outcome {
                OutcomeKind::Fail => summary.fail = summary.fail.saturating_sub(1),
                OutcomeKind::Unknown => summary.unknown = summary.unknown.saturating_sub(1),
                _ => {}
            }
        } else if finding.outcome == OutcomeKind::Fail {
            *summary.by_severity.entry(finding.severity).or_default() += 1;
        }
    }
    summary
}

/// The gaps with the rules that each of them blinds.
fn gaps(plan: &Plan, run: &Run<'_, '_>) -> Vec<Gap> {
    run.estate
        .gaps()
        .iter()
        .map(|gap| {
            let blinded = plan.rules.iter().filter(|active| {
                active
                    .rule
                    .metadata
                    .facts
                    .iter()
                    .any(|fact| fact.r#type.eq_ignore_ascii_case(&gap.kind))
            });
            Gap {
                scope: gap.scope.clone(),
                kind: gap.kind.clone(),
                status: gap.status,
                reason: gap.reason.clone(),
                permission: gap.permission.clone(),
                message: gap.message.clone(),
                rules: blinded.map(|active| active.rule.metadata.id.clone()).collect(),
            }
        })
        .collect()
}
