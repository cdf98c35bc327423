//! The findings of a run: eight bytes each, made whole one at a time.
//!
//! A native rule is a function of its target and its context, so what it said can be asked for again.
//! What a Rego rule said, and what was said of gaps, snapshots and suppressions, is kept.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use serde_json::Value;

use super::Run;
use super::evaluate::{Row, Stored, Verdicts, ask, short};
use super::plan::{ActiveRule, Logic, Plan};
use super::targets::{Number, Targets};
use super::variants::Merged;
use crate::finding::{
    Finding, Location, OutcomeKind, Related, Remedy, SuppressionRef, fingerprint,
};
use crate::inventory::{Estate, Kind, Protection, Resource, View, placeholder};
use crate::result::{Inspected, Outline, Source};
use crate::rule::{Defect, Outcome, Undecided, fix};

/// The findings of a run, and everything that making one of them needs.
pub(super) struct Judged<'e, 'a> {
    pub plan: &'e Plan,
    pub run: Run<'e, 'a>,
    pub targets: Targets<'e, 'a>,
    pub rows: Vec<Row>,
    /// Sorted by rule and subject.
    stored: Vec<((u16, Number), Stored)>,
    /// What the user has waived, by rule, subject and position among the defects of both.
    waived: HashMap<(u16, Number, usize), Arc<SuppressionRef>>,
    /// Which variants of its resource a finding stands for.
    pub merged: Merged,
    /// The last verdict with several defects, which are asked for one after the other.
    last: Mutex<Option<(Row, Arc<[Defect]>)>>,
}

impl<'e, 'a> Judged<'e, 'a> {
    pub fn new(
        plan: &'e Plan,
        run: Run<'e, 'a>,
        targets: Targets<'e, 'a>,
        verdicts: Verdicts,
    ) -> Self {
        let mut judged = Self {
            plan,
            run,
            targets,
            rows: verdicts.rows,
            stored: Vec::new(),
            waived: HashMap::new(),
            merged: Merged::new(),
            last: Mutex::new(None),
        };
        judged.store(verdicts.stored);
        judged
    }

    /// Keeps these defects of what a rule said of a subject.
    pub fn replace(&mut self, key: (u16, Number), defects: Vec<Defect>) {
        self.stored.retain(|(other, _)| *other != key);
        self.store(vec![(key, Stored::Defects(defects.into_boxed_slice()))]);
    }

    fn store(&mut self, more: Vec<((u16, Number), Stored)>) {
        self.stored.extend(more);
        self.stored.par_sort_by_key(|(key, _)| *key);
    }

    /// Adds what is judged after everything else.
    pub fn add(&mut self, late: Verdicts) {
        self.rows.extend(late.rows);
        self.store(late.stored);
    }

    /// Notes a waiver for one finding.
    pub fn waive(&mut self, at: usize, suppression: SuppressionRef) {
        let (row, ordinal) = (self.rows[at], self.ordinal(at));
        self.waived.insert((row.rule, row.subject, ordinal), Arc::new(suppression));
    }

    /// Rules and whether the finding is a failure, of all that is waived.
    pub fn waived(&self) -> impl Iterator<Item = (usize, OutcomeKind)> {
        (0..self.rows.len()).filter(|_| !self.waived.is_empty()).filter_map(|at| {
            let row = self.rows[at];
            self.suppression(at).map(|_| (usize::from(row.rule), row.outcome))
        })
    }

    /// Sorts the findings: worst severity first, then by rule, outcome, resource, project, path and message.
    pub fn sort(&mut self) {
        let severity = |rule: &u16| Reverse(self.plan.rules[usize::from(*rule)].severity);
        let mut rules: Vec<u16> = (0..self.plan.rules.len()).map(short).collect();
        rules.sort_by_key(severity);
        let mut places = vec![0; rules.len()];
        (0..).zip(&rules).for_each(|(place, rule)| places[usize::from(*rule)] = place);

        // The subjects are sorted once, whatever number of rules speaks of them.
        let mut ranks: Vec<Number> = vec![0; self.targets.len()];
        self.rows.iter().for_each(|row| ranks[row.subject as usize] = 1);
        let mut subjects: Vec<(&str, Number)> = (0..)
            .zip(&ranks)
            .filter(|(_, used)| **used > 0)
            .map(|(number, _)| (self.targets.text(number), number))
            .collect();
        // The rest of a name is looked up where texts are equal: of a million subjects it would be a twelfth of all memory.
        let name = |(_, number): &(&str, Number)| self.targets.name_of(*number);
        subjects.par_sort_by(|left, right| {
            let by_text = left.0.cmp(right.0);
            by_text.then_with(|| (name(left), left.1).cmp(&(name(right), right.1)))
        });
        let is_tie =
            |pair: &&[(&str, Number)]| pair[0].0 == pair[1].0 && name(&pair[0]) == name(&pair[1]);
        let ties = subjects.par_windows(2).filter(is_tie);
        let ties: HashSet<Number> =
            ties.flat_map_iter(|pair| pair.iter().map(|(_, number)| *number)).collect();
        let subjects: Vec<Number> = subjects.into_iter().map(|(_, number)| number).collect();
        (0..).zip(&subjects).for_each(|(rank, number)| ranks[*number as usize] = rank);

        self.rows.par_iter_mut().for_each(|row| {
            row.rule = places[usize::from(row.rule)];
            row.subject = ranks[row.subject as usize];
        });
        self.sort_rows(rules.len());
        self.rows.par_iter_mut().for_each(|row| {
            row.rule = rules[usize::from(row.rule)];
            row.subject = subjects[row.subject as usize];
        });
        if !ties.is_empty() {
            self.break_ties(&ties);
        }
    }

    /// Sorts rows by rule first, which costs no comparison: what is left is mostly in order.
    fn sort_rows(&mut self, rules: usize) {
        let mut ends = vec![0; rules];
        self.rows.iter().for_each(|row| ends[usize::from(row.rule)] += 1);
        let mut next = 0;
        let mut places: Vec<usize> = ends
            .iter_mut()
            .map(|count| {
                let start = next;
                next += *count;
                *count = next;
                start
            })
            .collect();
        let mut sorted = self.rows.clone();
        for row in &self.rows {
            let place = &mut places[usize::from(row.rule)];
            sorted[*place] = *row;
            *place += 1;
        }
        let mut start = 0;
        for end in ends {
            sorted[start..end].par_sort_unstable();
            start = end;
        }
        self.rows = sorted;
    }

    /// Different subjects may share a name, as two gaps of one file do: then path and message count.
    fn break_ties(&mut self, ties: &HashSet<Number>) {
        let mut rows = std::mem::take(&mut self.rows);
        let name = |row: &Row| self.targets.name_of(row.subject);
        let has_tie = |row: &Row| ties.contains(&row.subject);
        let runs = rows.chunk_by_mut(|left, right| {
            (left.rule, left.outcome) == (right.rule, right.outcome)
                && (left.subject == right.subject
                    || has_tie(left) && has_tie(right) && name(left) == name(right))
        });
        for run in runs
            .filter(|run| run.first().map(|row| row.subject) != run.last().map(|row| row.subject))
        {
            run.sort_by_cached_key(|row| {
                let defect = self.defect(*row, 0);
                (defect.path, defect.message)
            });
        }
        self.rows = rows;
    }

    /// The position of a finding among those of its rule and subject, which stand together.
    fn ordinal(&self, at: usize) -> usize {
        let row = self.rows[at];
        if at == 0 || self.rows[at - 1] != row {
            return 0;
        }
        at - self.rows[..at].partition_point(|other| *other != row)
    }

    fn suppression(&self, at: usize) -> Option<&Arc<SuppressionRef>> {
        if self.waived.is_empty() {
            return None;
        }
        let row = self.rows[at];
        self.waived.get(&(row.rule, row.subject, self.ordinal(at)))
    }

    /// What was said. An undecided verdict is told as a defect with neither evidence nor remedy.
    pub fn defect(&self, row: Row, ordinal: usize) -> Defect {
        if ordinal > 0
            && let Some((_, defects)) = self.last().filter(|(last, _)| *last == row)
        {
            return defects.get(ordinal).cloned().unwrap_or_default();
        }
        let key = (row.rule, row.subject);
        let found = self.stored.binary_search_by_key(&key, |(key, _)| *key);
        if let Ok(at) = found {
            return match &self.stored[at].1 {
                Stored::Defects(defects) => defects.get(ordinal).cloned().unwrap_or_default(),
                Stored::Undecided(undecided) => doubt(row, Undecided::clone(undecided)),
            };
        }
        let rule = usize::from(row.rule);
        let verdict = match (&self.plan.rules[rule].rule.logic, self.targets.get(row.subject)) {
            (Logic::Native(check), Some(target))
                if matches!(row.outcome, OutcomeKind::Fail | OutcomeKind::Unknown) =>
            {
                ask(*check, target, &self.plan.context(rule, &self.run))
            }
            _ => None,
        };
        match verdict {
            Some(Ok(Outcome::Fail(mut defects))) => {
                if defects.len() < 2 {
                    return defects.pop().unwrap_or_default();
                }
                in_order(&mut defects);
                let defects: Arc<[Defect]> = defects.into();
                let defect = defects.get(ordinal).cloned().unwrap_or_default();
                *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((row, defects));
                defect
            }
            Some(Err(undecided)) => doubt(row, undecided),
            Some(Ok(_)) | None => Defect::default(),
        }
    }

    fn last(&self) -> Option<(Row, Arc<[Defect]>)> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fills in everything a report shows of one verdict.
    fn make(&self, at: usize) -> Finding {
        let row = self.rows[at];
        let active = &self.plan.rules[usize::from(row.rule)];
        let ordinal = self.ordinal(at);
        let Defect { path, observed, expected, message, related, level } =
            self.defect(row, ordinal);
        let variants = self.merged.get(&(row.rule, row.subject, ordinal));
        let variants = variants.into_iter().flatten().map(|variant| variant.related(&message));
        let variants: Vec<Related> = variants.collect();
        let (shown, message) = if self.run.estate.coverage.is_declared() {
            ([&observed, &expected].map(readable), placeholder::readable(&message).into_owned())
        } else {
            ([observed.clone(), expected], message)
        };
        let path = path.into_owned();
        let resource = self.targets.text(row.subject).to_owned();
        let target = self.targets.get(row.subject);
        let remedy = target
            .filter(|_| row.outcome == OutcomeKind::Fail)
            .and_then(|target| self.remedy(active, target.resource(), &path, &observed));
        let (resource_type, location, via) = if let Some(target) = target {
            self.stands(target.resource(), &path)
        } else {
            let named = self.targets.named(row.subject);
            (String::new(), named.and_then(|(_, place)| place.clone()), Vec::new())
        };
        let related = related.into_iter().map(|(id, message)| self.related(&id, message));
        let [observed, expected] = shown;
        Finding {
            rule: usize::from(row.rule),
            outcome: row.outcome,
            severity: active.severity,
            level,
            related: variants.into_iter().chain(related).chain(via).collect(),
            fingerprint: fingerprint(
                &active.rule.metadata.id,
                &self.targets.identity(row.subject),
                &path,
            ),
            resource,
            resource_type,
            path,
            observed,
            expected,
            message,
            reason: row.reason,
            location,
            baseline: None,
            remedy,
            suppression: self.suppression(at).map(|suppression| suppression.as_ref().clone()),
        }
    }

    /// What repairs a failure, with the edits that do it where it was read from code.
    fn remedy(
        &self,
        active: &ActiveRule,
        resource: &'e Resource<'a>,
        path: &str,
        observed: &Value,
    ) -> Option<Remedy> {
        if active.rule.metadata.fixes.is_empty() {
            return None;
        }
        let (owner, path) = owner(self.run.estate, resource, path);
        let (resource, kind) = (owner.id.as_str(), &*owner.type_name());
        let place = fix::Place { resource, kind, path, observed };
        let mut remedy = fix::remedy(&active.rule.metadata, &active.parameters, &place)?;
        remedy.edits = (self.run.edits)(&remedy);
        Some(remedy)
    }

    /// The type of a resource, where a path of it stands, and how what is there came there.
    fn stands(
        &self,
        resource: &'e Resource<'a>,
        path: &str,
    ) -> (String, Option<Location>, Vec<Related>) {
        let (body, rest) = owner(self.run.estate, resource, path);
        let via = body.via(rest).into_iter().map(|step| Related {
            resource: step.name.to_owned(),
            message: step.what.to_owned(),
            location: (self.run.locate)(step.origin),
        });
        let location = (self.run.locate)(body.place(rest));
        (resource.type_name().into_owned(), location, via.collect())
    }

    /// Another resource that a rule names.
    fn related(&self, id: &str, message: String) -> Related {
        let estate = self.run.estate;
        let operation = || estate.operation(id).map(|operation| &operation.resource);
        let before = self.run.changes.map(|changes| changes.before);
        let found = estate.other(id).or_else(operation).or_else(|| before?.other(id));
        let location = found.and_then(|found| (self.run.locate)(found.place("")));
        let address = self.targets.address(id);
        let readable = || placeholder::readable(id).into_owned();
        let resource = address.map_or_else(readable, |address| address.text.to_owned());
        Related { resource, message, location }
    }
}

/// Evidence for a person: what code leaves open is called by its name there.
fn readable(value: &Value) -> Value {
    match value {
        Value::String(text) => placeholder::readable(text).into(),
        Value::Array(items) => items.iter().map(readable).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), readable(value))).collect()
        }
        other => other.clone(),
    }
}

impl Source for Judged<'_, '_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn outline(&self, at: usize) -> Outline {
        let row = self.rows[at];
        let rule = usize::from(row.rule);
        Outline {
            rule,
            outcome: row.outcome,
            severity: self.plan.rules[rule].severity,
            reason: row.reason,
            suppressed: self.suppression(at).is_some(),
            baseline: None,
        }
    }

    fn resource(&self, at: usize) -> Cow<'_, str> {
        Cow::Borrowed(self.targets.text(self.rows[at].subject))
    }

    fn identity(&self, at: usize) -> Cow<'_, str> {
        self.targets.identity(self.rows[at].subject)
    }

    fn fingerprint(&self, at: usize) -> String {
        let row = self.rows[at];
        let rule = &self.plan.rules[usize::from(row.rule)].rule.metadata.id;
        let path = self.defect(row, self.ordinal(at)).path;
        fingerprint(rule, &self.targets.identity(row.subject), &path)
    }

    fn finding(&self, at: usize) -> Finding {
        self.make(at)
    }

    fn inspected(&self) -> Option<Inspected> {
        // What nobody asked for was dropped, whatever was said of it.
        self.run.is_wanted.is_none().then(|| self.targets.inspected())
    }
}

/// The defects of one verdict in the order of reports.
pub(super) fn in_order(defects: &mut [Defect]) {
    defects.sort_by(|left, right| (&left.path, &left.message).cmp(&(&right.path, &right.message)));
}

fn doubt(row: Row, undecided: Undecided) -> Defect {
    let Undecided { path, message, reason } = undecided;
    debug_assert_eq!(row.reason, Some(reason), "a rule answers the same whenever it is asked");
    let message = match message {
        message if message.is_empty() && path.is_empty() => {
            format!("cannot be decided: {reason}")
        }
        message if message.is_empty() => format!("`{path}` is unknown: {reason}"),
        message => message,
    };
    Defect { path, message, ..Defect::default() }
}

/// The resource in whose body a finding's path stands, and the path there: what a rule calls `related.` is a
/// neighbour's.
fn owner<'e, 'a, 'p>(
    estate: &'e Estate<'a>,
    resource: &'e Resource<'a>,
    path: &'p str,
) -> (&'e Resource<'a>, &'p str) {
    let neighbour = path.strip_prefix("related.").and_then(|path| {
        let (name, path) = path.split_once('.')?;
        Some((neighbour(estate, resource, name)?, path))
    });
    neighbour.unwrap_or((resource, path))
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
        "locks" => estate.lock_resources_over(resource.id.as_str()).0.get(at).copied(),
        "assignments" => estate.assignments_of(resource).0.get(at).copied(),
        "backup_config" => vault()?.backup_config.as_ref().known(),
        "storage_config" => vault()?.storage_config.as_ref().known(),
        "job" => estate.other(estate.operation(resource.id.as_str())?.job_id),
        "vault" => Some(&vault()?.resource),
        "policy" => {
            let policy = Protection::read(resource.clone()).ok()?.policy.known()?;
            Some(&estate.policy(&policy)?.resource)
        }
        _ => None,
    }
}
