//! Evaluating rules over the estate, in parallel over its resources.

use rayon::prelude::*;

use super::Run;
use super::plan::{Applicable, Logic, Plan};
use crate::finding::{Location, OutcomeKind};
use crate::inventory::{Kind, Reason, Resource};
use crate::rule::{Check, Context, Defect, Outcome, Target, Undecided, Verdict};

/// One verdict worth keeping.
pub(super) struct RawFinding<'e, 'a> {
    pub rule: usize,
    pub subject: Subject<'e, 'a>,
    pub outcome: OutcomeKind,
    pub defect: Defect,
    pub reason: Option<Reason>,
}

/// What a verdict is about.
pub(super) enum Subject<'e, 'a> {
    /// A resource.
    Resource(&'e Resource<'a>),
    /// A gap, a snapshot: by name.
    Named(String),
    /// Something at a place of its own, such as a suppression.
    Placed(String, Location),
}

/// The verdicts of a run.
#[derive(Default)]
pub(super) struct Verdicts<'e, 'a> {
    pub findings: Vec<RawFinding<'e, 'a>>,
    /// Per rule: fail, unknown, pass, not applicable.
    pub counts: Vec<[u64; 4]>,
    /// Rules that stopped, and why.
    pub errors: Vec<(usize, String)>,
    /// What is counted and not listed.
    pub notices: Vec<String>,
    pub unlisted: Vec<u64>,
}

/// Unknowns of one rule listed one by one. Where so many cannot be decided they have one cause, and a
/// list of a million of them would hide it.
const MAX_LISTED_UNKNOWNS: usize = 1_000;

/// Tasks between two looks at how much is listed.
const BATCH_UNITS: usize = 64;

/// Resources judged by one task: enough to make its cost vanish, few enough to share the work.
const TASK_RESOURCES: usize = 512;

/// A stretch of targets of one shape.
enum Unit<'e, 'a> {
    Vaults(&'e [crate::inventory::Vault<'a>]),
    Protections(&'e [crate::inventory::Protection<'a>]),
    Machines(&'e [crate::inventory::VirtualMachine<'a>]),
    BackupPolicies(&'e [crate::inventory::BackupPolicy<'a>]),
    Resources(Vec<&'e Resource<'a>>),
}

impl<'e, 'a> Unit<'e, 'a> {
    fn targets(&self) -> Box<dyn Iterator<Item = Target<'e, 'a>> + '_> {
        match self {
            Self::Vaults(list) => Box::new(list.iter().map(Target::Vault)),
            Self::Protections(list) => Box::new(list.iter().map(Target::Protection)),
            Self::Machines(list) => Box::new(list.iter().map(Target::VirtualMachine)),
            Self::BackupPolicies(list) => Box::new(list.iter().map(Target::BackupPolicy)),
            Self::Resources(list) => {
                Box::new(list.iter().map(|resource| Target::Resource(resource)))
            }
        }
    }
}

/// Runs every rule that judges resources, gaps or snapshots. Suppressions are judged later.
pub(super) fn evaluate<'e, 'a>(plan: &Plan, run: &Run<'e, 'a>) -> Verdicts<'e, 'a> {
    let estate = run.estate;
    let mut units: Vec<Unit<'e, 'a>> = Vec::new();
    units.extend(estate.vaults.chunks(16).map(Unit::Vaults));
    let protections =
        estate.protections.segments().iter().flat_map(|segment| segment.chunks(TASK_RESOURCES));
    units.extend(protections.map(Unit::Protections));
    let machines =
        estate.machines.segments().iter().flat_map(|segment| segment.chunks(TASK_RESOURCES));
    units.extend(machines.map(Unit::Machines));
    units.extend(estate.policies.chunks(TASK_RESOURCES).map(Unit::BackupPolicies));
    let others: Vec<&'e Resource<'a>> = estate
        .others
        .iter()
        .filter(|resource| !resource.kind.is_vault())
        .chain(estate.jobs.iter().map(|job| &job.resource))
        .chain(estate.points.iter().map(|point| &point.resource))
        .filter(|resource| plan.judges(resource))
        .collect();
    units.extend(others.chunks(TASK_RESOURCES).map(|chunk| Unit::Resources(chunk.to_vec())));

    let mut all = Verdicts::new(plan);
    // A suppression waives each unknown on its own, so all of them are needed.
    let most = if run.waivers.uses().is_empty() { MAX_LISTED_UNKNOWNS } else { usize::MAX };
    let mut listed = vec![0; plan.rules.len()];
    let mut unlisted = vec![0u64; plan.rules.len()];
    for batch in units.chunks(BATCH_UNITS) {
        // What is full after one batch stays out of the next: so the answer does not depend on threads.
        let full: Vec<bool> = listed.iter().map(|listed| *listed >= most).collect();
        let parts: Vec<Verdicts<'e, 'a>> =
            batch.par_iter().map_init(|| Worker::new(plan, run, &full), Worker::judge).collect();
        for part in parts {
            all.take(part, most, &mut listed, &mut unlisted);
        }
    }
    for (rule, unlisted) in unlisted.into_iter().enumerate().filter(|(_, unlisted)| *unlisted > 0) {
        let (id, total) =
            (&plan.rules[rule].rule.metadata.id, all.counts[rule][OutcomeKind::Unknown as usize]);
        all.notices.push(format!(
            "{id} is unknown for {total} resources; {unlisted} of them are counted but not listed"
        ));
    }
    judge_reading(plan, run, &mut all);
    all.errors.sort();
    all.errors.dedup_by_key(|(rule, _)| *rule);
    all.void();
    all
}

impl Plan {
    /// Whether any rule judges this resource.
    fn judges(&self, resource: &Resource<'_>) -> bool {
        !self.any.native.is_empty()
            || !self.any.rego.is_empty()
            || self.applicable(resource).is_some()
    }

    fn applicable(&self, resource: &Resource<'_>) -> Option<&Applicable> {
        match resource.kind {
            Kind::Other if self.by_type.is_empty() => None,
            Kind::Other => self.by_type.get(&resource.type_name().to_ascii_lowercase()),
            kind => self.by_kind[kind as usize].as_ref(),
        }
    }

    /// What the rule at an index sees.
    pub(super) fn context<'c, 'e: 'c, 'a>(
        &'c self,
        rule: usize,
        run: &Run<'e, 'a>,
    ) -> Context<'c, 'a> {
        Context {
            estate: run.estate,
            now: run.now,
            wall_clock: run.wall_clock,
            parameters: &self.rules[rule].parameters,
            declarations: run.declarations,
        }
    }
}

/// The rules about the reading itself: gaps and snapshots.
fn judge_reading(plan: &Plan, run: &Run<'_, '_>, all: &mut Verdicts<'_, '_>) {
    for (at, active) in plan.rules.iter().enumerate() {
        let context = plan.context(at, run);
        match active.rule.logic {
            Logic::Native(Check::Gap(_)) if run.estate.gaps().is_empty() => {
                // Everything that should have been readable was read.
                all.add(
                    at,
                    Ok(Outcome::Pass),
                    || Subject::Named(run.inputs.join(", ")),
                    run.outcomes,
                );
            }
            Logic::Native(Check::Gap(check)) => {
                for gap in run.estate.gaps() {
                    let subject = || Subject::Named(gap.scope.clone());
                    all.add(at, check(gap, &context), subject, run.outcomes);
                }
            }
            Logic::Native(Check::Snapshot(check)) => {
                for snapshot in &run.estate.snapshots {
                    let subject = || Subject::Named(snapshot.name.clone());
                    all.add(at, check(snapshot, &context), subject, run.outcomes);
                }
            }
            _ => {}
        }
    }
}

impl<'e, 'a> Verdicts<'e, 'a> {
    /// Takes back what a rule said that stopped somewhere: half of its verdicts would look like all
    /// of them, and which half depends on the threads.
    fn void(&mut self) {
        for (rule, _) in &self.errors {
            self.counts[*rule] = [0; 4];
        }
        let errors = &self.errors;
        self.findings.retain(|finding| errors.iter().all(|(rule, _)| *rule != finding.rule));
    }

    fn new(plan: &Plan) -> Self {
        let rules = plan.rules.len();
        Self { counts: vec![[0; 4]; rules], unlisted: vec![0; rules], ..Self::default() }
    }

    /// Adds the verdicts of a part, and of its unknowns as many as may be listed.
    fn take(&mut self, part: Self, most: usize, listed: &mut [usize], unlisted: &mut [u64]) {
        for finding in part.findings {
            if finding.outcome == OutcomeKind::Unknown {
                if listed[finding.rule] >= most {
                    unlisted[finding.rule] += 1;
                    continue;
                }
                listed[finding.rule] += 1;
            }
            self.findings.push(finding);
        }
        for (sum, more) in self.counts.iter_mut().zip(part.counts) {
            for (sum, more) in sum.iter_mut().zip(more) {
                *sum += more;
            }
        }
        for (sum, more) in unlisted.iter_mut().zip(part.unlisted) {
            *sum += more;
        }
        self.errors.extend(part.errors);
    }

    /// Counts a verdict and keeps it if it is listed anywhere.
    pub fn add(
        &mut self,
        rule: usize,
        verdict: Verdict,
        subject: impl Fn() -> Subject<'e, 'a>,
        outcomes: &[OutcomeKind],
    ) {
        let (outcome, defects, reason) = match verdict {
            Ok(Outcome::Fail(defects)) => (OutcomeKind::Fail, defects, None),
            Err(Undecided { reason, path, message }) => {
                let defect = Defect { path, message, ..Defect::default() };
                (OutcomeKind::Unknown, vec![defect], Some(reason))
            }
            Ok(Outcome::Pass) => (OutcomeKind::Pass, Vec::new(), None),
            Ok(Outcome::NotApplicable) => (OutcomeKind::NotApplicable, Vec::new(), None),
        };
        if let Some(counts) = self.counts.get_mut(rule) {
            counts[outcome as usize] += 1;
        }
        // Failures always stay: the exit code and the suppressions need them.
        if outcome == OutcomeKind::Fail
            || outcome == OutcomeKind::Unknown
            || outcomes.contains(&outcome)
        {
            let defects = if defects.is_empty() { vec![Defect::default()] } else { defects };
            self.findings.extend(defects.into_iter().map(|defect| RawFinding {
                rule,
                subject: subject(),
                outcome,
                defect,
                reason,
            }));
        }
    }
}

/// What one thread keeps between targets.
struct Worker<'p, 'e, 'a> {
    plan: &'p Plan,
    run: &'p Run<'e, 'a>,
    /// Rules whose unknowns are no longer listed.
    full: &'p [bool],
    #[cfg(feature = "rego")]
    rego: super::rego_rules::RegoWorker<'p>,
}

impl<'p, 'e, 'a> Worker<'p, 'e, 'a> {
    fn new(plan: &'p Plan, run: &'p Run<'e, 'a>, full: &'p [bool]) -> Self {
        Self {
            plan,
            run,
            full,
            #[cfg(feature = "rego")]
            rego: plan.rego.worker(),
        }
    }

    fn judge(&mut self, unit: &Unit<'e, 'a>) -> Verdicts<'e, 'a> {
        let mut verdicts = Verdicts::new(self.plan);
        for target in unit.targets() {
            let resource = target.resource();
            let applicable = self.plan.applicable(resource);
            for rules in applicable.into_iter().chain([&self.plan.any]) {
                self.judge_native(&rules.native, target, &mut verdicts);
                #[cfg(feature = "rego")]
                if !rules.rego.is_empty() {
                    self.judge_rego(&rules.rego, target, &mut verdicts);
                }
            }
        }
        verdicts
    }

    fn judge_native(
        &self,
        rules: &[usize],
        target: Target<'e, 'a>,
        verdicts: &mut Verdicts<'e, 'a>,
    ) {
        for &rule in rules {
            let context = self.plan.context(rule, self.run);
            let Logic::Native(check) = self.plan.rules[rule].rule.logic else { continue };
            let verdict: Verdict = match (check, target) {
                (Check::Vault(check), Target::Vault(vault)) => check(vault, &context),
                (Check::Protection(check), Target::Protection(item)) => check(item, &context),
                (Check::VirtualMachine(check), Target::VirtualMachine(machine)) => {
                    check(machine, &context)
                }
                (Check::BackupPolicy(check), Target::BackupPolicy(policy)) => {
                    check(policy, &context)
                }
                (Check::Resource(check), target) => check(target.resource(), &context),
                (Check::Any(check), target) => check(&target, &context),
                _ => continue,
            };
            if verdict.is_err() && self.full[rule] {
                verdicts.counts[rule][OutcomeKind::Unknown as usize] += 1;
                verdicts.unlisted[rule] += 1;
                continue;
            }
            verdicts.add(rule, verdict, || Subject::Resource(target.resource()), self.run.outcomes);
        }
    }

    #[cfg(feature = "rego")]
    fn judge_rego(
        &mut self,
        rules: &[usize],
        target: Target<'e, 'a>,
        verdicts: &mut Verdicts<'e, 'a>,
    ) {
        let resource = target.resource();
        let answers = self.rego.judge(rules, target, self.run, |rule, verdict| {
            verdicts.add(rule, verdict, || Subject::Resource(resource), self.run.outcomes);
        });
        for (rule, error) in answers {
            verdicts.errors.push((rule, error));
        }
    }
}
