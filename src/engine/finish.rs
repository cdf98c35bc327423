//! From verdicts to a report: suppressions, numbers, order.

use std::sync::Arc;

use rayon::prelude::*;

use super::Run;
use super::evaluate::{Row, Verdicts};
use super::judged::Judged;
use super::plan::{Logic, Plan};
use super::targets::Targets;
use super::variants;
use crate::access::action::ActionTable;
use crate::access::destruction::Summary;
use crate::access::{Access, AccessIndex};
use crate::finding::{Edit, Finding, Location, OutcomeKind, Remedy, Severity, SuppressionRef};
use crate::inventory::Vault;
use crate::result::{self, Findings, Gap, Report, Source};
use crate::rule::{Check, SuppressionUse};

/// Finds the place of a slice of the inputs.
pub type Locate<'l> = dyn Fn(&str) -> Option<Location> + Sync + 'l;

/// Finds the edits of the inputs that carry out a remedy.
pub type Edits<'l> = dyn Fn(&Remedy) -> Vec<Edit> + Sync + 'l;

/// Whether a report is about a finding.
pub type IsWanted<'l> = dyn Fn(&Finding) -> bool + Sync + 'l;

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
    /// The suppressions that name this rule, resource and place, live and expired, in the configuration's
    /// order.
    fn matching(&self, rule: &str, resource: &str, place: Option<&Location>) -> Vec<Waiver>;

    /// Every suppression, with nothing matched yet.
    fn uses(&self) -> Vec<SuppressionUse>;
}

pub(super) fn finish<'e, 'a>(
    plan: &'e Plan,
    run: Run<'e, 'a>,
    targets: Targets<'e, 'a>,
    mut verdicts: Verdicts,
) -> Report<'e> {
    let mut counts = std::mem::take(&mut verdicts.counts);
    let errors = std::mem::take(&mut verdicts.errors);
    let mut judged = Judged::new(plan, run, targets, verdicts);
    keep_wanted(&mut judged, &mut counts);
    variants::merge(&mut judged, &mut counts);
    let uses = use_suppressions(&mut judged, &counts);
    judge_suppressions(&mut judged, &uses, &mut counts);
    judged.sort();
    let summary = summary(&judged, &counts);
    let run = &judged.run;
    Report {
        command: run.command,
        as_of: run.now.to_string(),
        inputs: run.inputs.clone(),
        rules: plan.rules.iter().map(|active| Arc::clone(&active.rule.metadata)).collect(),
        gaps: gaps(plan, run),
        destruction: destruction(run),
        reading: run.estate.reading.clone(),
        summary,
        not_assessable: std::collections::BTreeMap::new(),
        per_rule: counts,
        notices: run.notices.clone(),
        rule_errors: errors
            .into_iter()
            .map(|(rule, error)| format!("{}: {error}", plan.rules[rule].rule.metadata.id))
            .collect(),
        fail_on: run.fail_on,
        findings: Findings::new(judged),
    }
}

/// What it takes to destroy the backups of each vault. Code does not show who holds what.
fn destruction(run: &Run<'_, '_>) -> Vec<Summary> {
    let estate = run.estate;
    if estate.vaults.is_empty() || estate.coverage.is_declared() {
        return Vec::new();
    }
    let index = run.access.get_or_init(|| AccessIndex::new(estate, run.now, &ActionTable::CLOSED));
    let access = Access::new(index, estate);
    // Accounts for emergencies take no part, as in the rule.
    let emergency = run.declarations.break_glass.iter();
    let away: Vec<_> = emergency.filter_map(|id| access.find(id)).collect();
    let of = |vault: &Vault<'_>| {
        let vault = vault.resource.id.as_str();
        if away.is_empty() {
            return Some(access.destruction(vault)?.summary(access));
        }
        Some(access.destruction_without(vault, &away)?.summary(access))
    };
    estate.vaults.par_iter().filter_map(of).collect()
}

/// Drops what nobody asked for, as if it had not been judged.
fn keep_wanted(judged: &mut Judged<'_, '_>, counts: &mut [[u64; 4]]) {
    let Some(is_wanted) = &judged.run.is_wanted else { return };
    let is_wanted = |at: usize| is_wanted(&judged.finding(at));
    let wanted: Vec<bool> = (0..judged.rows.len()).into_par_iter().map(is_wanted).collect();
    for (row, _) in judged.rows.iter().zip(&wanted).filter(|(_, wanted)| !**wanted) {
        let count = &mut counts[usize::from(row.rule)][row.outcome as usize];
        *count = count.saturating_sub(1);
    }
    let mut wanted = wanted.into_iter();
    judged.rows.retain(|_| wanted.next().unwrap_or(true));
}

/// Waives what the suppressions name, and says how each of them fared.
fn use_suppressions(judged: &mut Judged<'_, '_>, counts: &[[u64; 4]]) -> Vec<SuppressionUse> {
    let rules = &judged.plan.rules;
    let mut uses = judged.run.waivers.uses();
    for used in &mut uses {
        let rule = rules.iter().position(|active| active.rule.metadata.id == used.rule);
        used.active = rule.is_some();
        used.blinded = rule.is_some_and(|rule| counts[rule][OutcomeKind::Unknown as usize] > 0);
    }
    let matching = matching(judged, &uses, 0);
    for (at, waivers) in matching {
        if judged.rows[at].outcome == OutcomeKind::Fail {
            for waiver in &waivers {
                if let Some(used) = uses.iter_mut().find(|used| used.index == waiver.index) {
                    used.matches += 1;
                }
            }
        }
        if let Some(live) = waivers.into_iter().find_map(|waiver| waiver.live) {
            judged.waive(at, live);
        }
    }
    uses
}

/// The suppressions that name each of the findings from this one on, where any does.
fn matching(
    judged: &Judged<'_, '_>,
    uses: &[SuppressionUse],
    from: usize,
) -> Vec<(usize, Vec<Waiver>)> {
    let rules = &judged.plan.rules;
    // Of other rules no suppression can speak.
    let named: Vec<bool> = rules
        .iter()
        .map(|active| uses.iter().any(|used| used.rule == active.rule.metadata.id))
        .collect();
    let may_match = |row: &Row| {
        named[usize::from(row.rule)]
            && matches!(row.outcome, OutcomeKind::Fail | OutcomeKind::Unknown)
    };
    (from..judged.rows.len())
        .into_par_iter()
        .filter(|at| may_match(&judged.rows[*at]))
        .filter_map(|at| {
            let finding = judged.finding(at);
            let rule = &rules[finding.rule].rule.metadata.id;
            let place = finding.location.as_ref();
            let waivers = judged.run.waivers.matching(rule, &finding.resource, place);
            (!waivers.is_empty()).then_some((at, waivers))
        })
        .collect()
}

/// The rules about suppressions, which can only be asked when everything else was judged.
fn judge_suppressions(
    judged: &mut Judged<'_, '_>,
    uses: &[SuppressionUse],
    counts: &mut Vec<[u64; 4]>,
) {
    let mut late = Verdicts { counts: std::mem::take(counts), ..Verdicts::default() };
    for (at, active) in judged.plan.rules.iter().enumerate() {
        let Logic::Native(Check::Suppression(check)) = active.rule.logic else { continue };
        for used in uses {
            let name =
                format!("suppression {} of `{}` on `{}`", used.index + 1, used.rule, used.pattern);
            let verdict = check(used, &judged.plan.context(at, &judged.run));
            let subject = judged.targets.name(name, Some(used.location.clone()));
            late.keep(at, verdict, subject, judged.run.outcomes);
        }
    }
    *counts = std::mem::take(&mut late.counts);
    let from = judged.rows.len();
    judged.add(late);
    for (at, waivers) in matching(judged, uses, from) {
        if let Some(live) = waivers.into_iter().find_map(|waiver| waiver.live) {
            judged.waive(at, live);
        }
    }
}

fn summary(judged: &Judged<'_, '_>, counts: &[[u64; 4]]) -> result::Summary {
    let rules = &judged.plan.rules;
    let is_notice = |rule: usize| rules[rule].rule.metadata.notice;
    let mut summary = result::Summary::default();
    let judging = counts.iter().enumerate().filter(|(rule, _)| !is_notice(*rule));
    for (_, [fail, unknown, pass, not_applicable]) in judging {
        summary.evaluations += fail + unknown + pass + not_applicable;
        summary.fail += fail;
        summary.unknown += unknown;
        summary.pass += pass;
        summary.not_applicable += not_applicable;
    }
    let mut failures = vec![0u64; rules.len()];
    for row in judged.rows.iter().filter(|row| row.outcome == OutcomeKind::Fail) {
        failures[usize::from(row.rule)] += 1;
    }
    for (rule, outcome) in judged.waived().filter(|(rule, _)| !is_notice(*rule)) {
        summary.suppressed += 1;
        match outcome {
            OutcomeKind::Fail => {
                summary.fail = summary.fail.saturating_sub(1);
                failures[rule] -= 1;
            }
            OutcomeKind::Unknown => summary.unknown = summary.unknown.saturating_sub(1),
            _ => {}
        }
    }
    summary.by_severity = Severity::ALL.into_iter().map(|severity| (severity, 0)).collect();
    for (rule, failures) in failures.into_iter().enumerate().filter(|(rule, _)| !is_notice(*rule)) {
        *summary.by_severity.entry(rules[rule].severity).or_default() += failures;
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
