//! Evaluating rules over the estate, in parallel over its resources.

use std::sync::Mutex;

use rayon::prelude::*;

use super::Run;
use super::judged::in_order;
use super::plan::{Applicable, Logic, Plan};
use super::targets::{Number, Stretch, Targets};
use crate::finding::OutcomeKind;
use crate::inventory::{CodeLanguage, Kind, Reason, Resource};
use crate::rule::{
    APPROVAL_RULE, Check, Context, Defect, Metadata, Outcome, TAG_RULE, Target, Undecided, Verdict,
};

/// One finding, so small that millions can be held: what a native rule said of a target is asked of it
/// again when a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    /// Index of the rule; while rows are sorted, its place among the severities.
    pub rule: u16,
    pub outcome: OutcomeKind,
    /// The subject; while rows are sorted, its place among the ids. One subject has as many equal
    /// rows as a rule found defects in it.
    pub subject: Number,
    pub reason: Option<Reason>,
}

/// What is kept of a verdict that cannot be asked for again.
pub(super) enum Stored {
    Defects(Box<[Defect]>),
    Undecided(Box<Undecided>),
}

/// The verdicts of a run.
#[derive(Default)]
pub(super) struct Verdicts {
    pub rows: Vec<Row>,
    /// By rule and subject, in no order.
    pub stored: Vec<((u16, Number), Stored)>,
    /// Per rule: fail, unknown, pass, not applicable.
    pub counts: Vec<[u64; 4]>,
    /// Rules that stopped, and why.
    pub errors: Vec<(usize, String)>,
}

/// Targets that one rule judges before the next does: few enough to stay in the cache.
const BLOCK: usize = 32;

/// Tasks whose verdicts are held apart before they join the others.
const BATCH_TASKS: usize = 256;

/// Runs every rule that judges resources, gaps or snapshots. Suppressions are judged later.
pub(super) fn evaluate<'e, 'a>(
    plan: &'e Plan,
    run: &Run<'e, 'a>,
    targets: &mut Targets<'e, 'a>,
) -> Verdicts {
    let mut all = Verdicts::new(plan);
    let stretches = targets.stretches();
    // One for each thread: the engine of Rego rules is worth keeping.
    let workers: Vec<Mutex<Option<Worker<'_, 'e, 'a>>>> =
        (0..rayon::current_num_threads()).map(|_| Mutex::new(None)).collect();
    for batch in stretches.chunks(BATCH_TASKS) {
        let parts: Vec<Verdicts> = batch
            .par_iter()
            .map(|stretch| {
                let worker = rayon::current_thread_index().and_then(|at| workers.get(at));
                match worker.and_then(|worker| worker.try_lock().ok()) {
                    Some(mut worker) => {
                        worker.get_or_insert_with(|| Worker::new(plan, run)).judge(stretch)
                    }
                    None => Worker::new(plan, run).judge(stretch),
                }
            })
            .collect();
        for part in parts {
            all.take(part);
        }
    }
    drop(stretches);
    drop(workers);
    judge_reading(plan, run, &mut all, targets);
    all.errors.sort();
    all.errors.dedup_by_key(|(rule, _)| *rule);
    all.void();
    all
}

impl Plan {
    /// Whether any rule judges this resource.
    pub(super) fn judges(&self, resource: &Resource<'_>) -> bool {
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
    pub(super) fn context<'c, 'a>(&'c self, rule: usize, run: &'c Run<'_, 'a>) -> Context<'c, 'a> {
        Context {
            estate: run.estate,
            now: run.now,
            wall_clock: run.wall_clock,
            level: self.rules[rule].severity.level(),
            parameters: &self.rules[rule].parameters,
            declarations: run.declarations,
            tag_rule: self.parameters(TAG_RULE),
            approval_rule: self.parameters(APPROVAL_RULE),
            index: &run.access,
        }
    }
}

/// Asks a native rule about a target; no answer if it judges targets of another shape.
pub(super) fn ask<'a>(
    check: Check,
    target: Target<'_, 'a>,
    context: &Context<'_, 'a>,
) -> Option<Verdict> {
    Some(match (check, target) {
        (Check::Change(check), Target::Change(change, changes)) => check(change, changes, context),
        (_, Target::Change(..)) => return None,
        (Check::Vault(check), Target::Vault(vault)) => check(vault, context),
        (Check::Protection(check), Target::Protection(item)) => check(item, context),
        (Check::VirtualMachine(check), Target::VirtualMachine(machine)) => check(machine, context),
        (Check::BackupPolicy(check), Target::BackupPolicy(policy)) => check(policy, context),
        (Check::Operation(check), Target::Operation(operation)) => check(operation, context),
        (Check::Resource(check), target) => check(target.resource(), context),
        (Check::Target(check) | Check::Any(check), target) => check(&target, context),
        _ => return None,
    })
}

/// The rules about the reading itself: gaps and snapshots.
fn judge_reading<'e, 'a>(
    plan: &'e Plan,
    run: &Run<'e, 'a>,
    all: &mut Verdicts,
    targets: &mut Targets<'e, 'a>,
) {
    for (at, active) in plan.rules.iter().enumerate() {
        let context = plan.context(at, run);
        let mut add = |verdict: Verdict, name: &str| {
            if Verdicts::lists(&verdict, run.outcomes) {
                let subject = targets.name(name.to_owned(), None);
                all.keep(at, verdict, subject, run.outcomes);
            } else {
                all.count(at, &verdict);
            }
        };
        match active.rule.logic {
            Logic::Native(Check::Gap(_)) if run.estate.gaps().is_empty() => {
                // Everything that should have been readable was read.
                add(Ok(Outcome::Pass), &run.inputs.join(", "));
            }
            Logic::Native(Check::Gap(check)) => {
                run.estate.gaps().iter().for_each(|gap| add(check(gap, &context), &gap.scope));
            }
            Logic::Native(Check::Snapshot(check)) => {
                let snapshots = run.estate.snapshots.iter();
                snapshots.for_each(|snapshot| add(check(snapshot, &context), &snapshot.name));
            }
            _ => {}
        }
    }
}

/// The number of a rule in a row.
pub(super) fn short(rule: usize) -> u16 {
    u16::try_from(rule).expect("fewer than 65,536 rules")
}

impl Verdicts {
    /// Takes back what a rule said that stopped somewhere: half of its verdicts would look like all
    /// of them, and which half depends on the threads.
    fn void(&mut self) {
        for (rule, _) in &self.errors {
            self.counts[*rule] = [0; 4];
        }
        if self.errors.is_empty() {
            return;
        }
        let errors = &self.errors;
        let stopped = |at: u16| errors.iter().any(|(rule, _)| *rule == usize::from(at));
        self.rows.retain(|row| !stopped(row.rule));
        self.stored.retain(|((rule, _), _)| !stopped(*rule));
    }

    pub fn new(plan: &Plan) -> Self {
        Self { counts: vec![[0; 4]; plan.rules.len()], ..Self::default() }
    }

    /// Adds the verdicts of a part.
    fn take(&mut self, part: Self) {
        self.rows.extend(part.rows);
        self.stored.extend(part.stored);
        for (sum, more) in self.counts.iter_mut().zip(part.counts) {
            for (sum, more) in sum.iter_mut().zip(more) {
                *sum += more;
            }
        }
        self.errors.extend(part.errors);
    }

    fn outcome(verdict: &Verdict) -> OutcomeKind {
        match verdict {
            Ok(Outcome::Fail(_)) => OutcomeKind::Fail,
            Err(_) => OutcomeKind::Unknown,
            Ok(Outcome::Pass) => OutcomeKind::Pass,
            Ok(Outcome::NotApplicable) => OutcomeKind::NotApplicable,
        }
    }

    /// Whether a verdict is listed. Failures and unknowns always are: the exit code and the
    /// suppressions need them.
    fn lists(verdict: &Verdict, outcomes: &[OutcomeKind]) -> bool {
        let outcome = Self::outcome(verdict);
        matches!(outcome, OutcomeKind::Fail | OutcomeKind::Unknown) || outcomes.contains(&outcome)
    }

    fn count(&mut self, rule: usize, verdict: &Verdict) {
        self.counts[rule][Self::outcome(verdict) as usize] += 1;
    }

    /// Counts a verdict and notes it if it is listed anywhere.
    fn add(&mut self, rule: usize, verdict: &Verdict, subject: Number, outcomes: &[OutcomeKind]) {
        self.count(rule, verdict);
        let (rows, reason) = match verdict {
            Ok(Outcome::Fail(defects)) => (defects.len().max(1), None),
            Err(undecided) => (1, Some(undecided.reason)),
            verdict if Self::lists(verdict, outcomes) => (1, None),
            _ => return,
        };
        let row = Row { rule: short(rule), outcome: Self::outcome(verdict), subject, reason };
        self.rows.extend(std::iter::repeat_n(row, rows));
    }

    /// The same for a verdict that cannot be asked for again.
    pub fn keep(
        &mut self,
        rule: usize,
        verdict: Verdict,
        subject: Number,
        outcomes: &[OutcomeKind],
    ) {
        self.add(rule, &verdict, subject, outcomes);
        let stored = match verdict {
            Ok(Outcome::Fail(mut defects)) => {
                in_order(&mut defects);
                Stored::Defects(defects.into_boxed_slice())
            }
            Err(undecided) => Stored::Undecided(Box::new(undecided)),
            Ok(Outcome::Pass | Outcome::NotApplicable) => return,
        };
        self.stored.push(((short(rule), subject), stored));
    }
}

/// Languages of code, and the answers of Azure.
#[derive(Clone, Copy)]
struct Sources(u8);

impl Sources {
    /// All that a target may stand in.
    const ALL: [Option<CodeLanguage>; 5] = [
        None,
        Some(CodeLanguage::Terraform),
        Some(CodeLanguage::Arm),
        Some(CodeLanguage::Bicep),
        Some(CodeLanguage::Script),
    ];

    fn one(language: Option<CodeLanguage>) -> Self {
        Self(1 << language.map_or(0, |language| 1 + language as u8))
    }

    /// Those that a rule is meant for.
    fn of(metadata: &Metadata) -> Self {
        let meant = Self::ALL.into_iter().filter(|source| metadata.judges_what_is_in(*source));
        Self(meant.fold(0, |all, source| all | Self::one(source).0))
    }

    fn holds(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }
}

/// What one thread keeps between targets.
struct Worker<'p, 'e, 'a> {
    plan: &'e Plan,
    run: &'p Run<'e, 'a>,
    /// What each rule sees beside its target.
    contexts: Vec<Context<'p, 'a>>,
    /// For each rule, the sources that it is meant for.
    meant: Vec<Sources>,
    /// Whether reports list what passed, and what a rule does not speak of.
    lists_passed: bool,
    lists_other: bool,
    #[cfg(feature = "rego")]
    rego: super::rego_rules::RegoWorker<'e>,
}

impl<'p, 'e, 'a> Worker<'p, 'e, 'a> {
    fn new(plan: &'e Plan, run: &'p Run<'e, 'a>) -> Self {
        Self {
            plan,
            run,
            contexts: (0..plan.rules.len()).map(|rule| plan.context(rule, run)).collect(),
            meant: plan.rules.iter().map(|active| Sources::of(&active.rule.metadata)).collect(),
            lists_passed: run.outcomes.contains(&OutcomeKind::Pass),
            lists_other: run.outcomes.contains(&OutcomeKind::NotApplicable),
            #[cfg(feature = "rego")]
            rego: plan.rego.worker(),
        }
    }

    fn judge(&mut self, (start, stretch): &(Number, Stretch<'_, 'e, 'a>)) -> Verdicts {
        let mut verdicts = Verdicts::new(self.plan);
        let mut block: Vec<(Number, Target<'e, 'a>)> = Vec::with_capacity(BLOCK);
        stretch.for_each(*start, |number, target| {
            let kind = target.resource().kind;
            let alike = |(_, last): &(Number, Target<'_, '_>)| last.resource().kind == kind;
            if block.len() == BLOCK || kind == Kind::Other || !block.last().is_none_or(alike) {
                self.judge_block(&block, &mut verdicts);
                block.clear();
            }
            block.push((number, target));
        });
        self.judge_block(&block, &mut verdicts);
        verdicts
    }

    /// What a target stands in.
    fn source(&self, target: Target<'_, '_>) -> Sources {
        let estate = self.run.estate;
        let address = || estate.address(target.resource().id.key());
        let address = if estate.is_declared() { address() } else { None };
        Sources::one(address.map(|address| address.language))
    }

    /// Judges targets of one type, rule by rule.
    fn judge_block(&mut self, block: &[(Number, Target<'e, 'a>)], verdicts: &mut Verdicts) {
        let Some((_, first)) = block.first() else { return };
        if let Target::Change(..) = first {
            return self.judge_changes(block, verdicts);
        }
        let applicable = self.plan.applicable(first.resource());
        let sources: Vec<_> = block.iter().map(|(_, target)| self.source(*target)).collect();
        for rules in applicable.into_iter().chain([&self.plan.any]) {
            for &(rule, check) in &rules.native {
                let (context, meant) = (&self.contexts[rule], self.meant[rule]);
                // Most verdicts are only counted.
                let (mut passed, mut other) = (0, 0);
                for (&(number, target), &source) in block.iter().zip(&sources) {
                    let answer = if meant.holds(source) {
                        ask(check, target, context)
                    } else {
                        Some(Ok(Outcome::NotApplicable))
                    };
                    match answer {
                        Some(Ok(Outcome::Pass)) if !self.lists_passed => passed += 1,
                        Some(Ok(Outcome::NotApplicable)) if !self.lists_other => other += 1,
                        Some(verdict) => verdicts.add(rule, &verdict, number, self.run.outcomes),
                        None => {}
                    }
                }
                let counts = &mut verdicts.counts[rule];
                counts[OutcomeKind::Pass as usize] += passed;
                counts[OutcomeKind::NotApplicable as usize] += other;
            }
            #[cfg(feature = "rego")]
            if !rules.rego.is_empty() {
                for (&target, &source) in block.iter().zip(&sources) {
                    self.judge_rego(&rules.rego, target, source, verdicts);
                }
            }
        }
    }

    fn judge_changes(&self, block: &[(Number, Target<'e, 'a>)], verdicts: &mut Verdicts) {
        for &(rule, check) in &self.plan.of_changes {
            let metadata = &self.plan.rules[rule].rule.metadata;
            for &(number, target) in block {
                let verdict = ask(check, target, &self.contexts[rule]);
                let is_judged = metadata.judges(&target.resource().type_name());
                if let Some(verdict) = verdict.filter(|_| is_judged) {
                    verdicts.add(rule, &verdict, number, self.run.outcomes);
                }
            }
        }
    }

    #[cfg(feature = "rego")]
    fn judge_rego(
        &mut self,
        rules: &[usize],
        (number, target): (Number, Target<'e, 'a>),
        source: Sources,
        verdicts: &mut Verdicts,
    ) {
        let (meant, others): (Vec<usize>, Vec<usize>) =
            rules.iter().partition(|rule| self.meant[**rule].holds(source));
        for rule in others {
            verdicts.add(rule, &Ok(Outcome::NotApplicable), number, self.run.outcomes);
        }
        let answers = self.rego.judge(&meant, target, self.run, |rule, verdict| {
            verdicts.keep(rule, verdict, number, self.run.outcomes);
        });
        for (rule, error) in answers {
            verdicts.errors.push((rule, error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Row;

    #[test]
    fn a_finding_is_held_in_eight_bytes() {
        assert_eq!(size_of::<Row>(), 8);
    }
}
