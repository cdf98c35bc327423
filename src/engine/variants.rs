//! One finding for a resource that is deployed with several files of parameters, however many of them show the defect.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::evaluate::Row;
use super::judged::Judged;
use super::targets::Number;
use crate::finding::{OutcomeKind, Related};
use crate::rule::Defect;

/// Which variants of its resource a finding stands for.
pub(super) type Merged = HashMap<Said, Vec<Variant>>;

/// Rule, subject and position among the defects of both.
type Said = (u16, Number, usize);

/// What findings have in common that differ in their variant: rule, outcome, resource, property, and which of several
/// at that property.
type Common = (u16, OutcomeKind, String, String, usize);

/// A variant of a resource that shows a defect.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    /// The file of parameters, or the plan.
    pub name: String,
    /// What is said of it.
    pub message: String,
}

impl Variant {
    /// It as a report names it, beside a finding that says something.
    pub fn related(&self, said: &str) -> Related {
        let message = if self.message == said {
            "a file with which this holds".to_owned()
        } else {
            format!("a file with which {}", self.message)
        };
        Related { resource: self.name.clone(), message, location: None }
    }
}

/// One finding before it is merged.
struct Candidate {
    row: Row,
    ordinal: usize,
    defect: Defect,
}

/// Leaves one of the findings that differ in nothing but the variant of their resource, and notes which variants show
/// it.
pub(super) fn merge(judged: &mut Judged<'_, '_>, counts: &mut [[u64; 4]]) {
    if !judged.run.estate.has_variants() {
        return;
    }
    let candidates = candidates(judged);
    let mut firsts: HashMap<Common, Said> = HashMap::new();
    let mut merged = Merged::new();
    let mut dropped: HashSet<Said> = HashSet::new();
    let mut repeated: HashMap<(u16, Number, &str), usize> = HashMap::new();
    for Candidate { row, ordinal, defect } in &candidates {
        let Some(name) = judged.targets.variant(row.subject) else { continue };
        let same = repeated.entry((row.rule, row.subject, &defect.path)).or_insert(0);
        let identity = judged.targets.identity(row.subject).into_owned();
        let key = (row.rule, row.outcome, identity, defect.path.to_string(), *same);
        *same += 1;
        let own = (row.rule, row.subject, *ordinal);
        let first = *firsts.entry(key).or_insert(own);
        if first != own {
            dropped.insert(own);
        }
        let variant = Variant { name: name.to_owned(), message: defect.message.clone() };
        merged.entry(first).or_default().push(variant);
    }
    drop(repeated);
    judged.merged = merged;
    drop_rows(judged, &candidates, &dropped, counts);
}

/// The failures and doubts about resources that have variants, the variants of each in their order.
fn candidates(judged: &Judged<'_, '_>) -> Vec<Candidate> {
    let is_candidate = |row: &&Row| {
        matches!(row.outcome, OutcomeKind::Fail | OutcomeKind::Unknown)
            && judged.targets.variant(row.subject).is_some()
    };
    let mut rows: Vec<Row> = judged.rows.iter().filter(is_candidate).copied().collect();
    rows.sort_by_key(|row| (row.rule, row.subject));
    let mut candidates: Vec<Candidate> = Vec::with_capacity(rows.len());
    for row in rows {
        let last = candidates.last().filter(|last| last.row == row);
        let ordinal = last.map_or(0, |last| last.ordinal + 1);
        candidates.push(Candidate { row, ordinal, defect: judged.defect(row, ordinal) });
    }
    let name = |row: &Row| judged.targets.variant(row.subject).unwrap_or_default();
    candidates.sort_by(|left, right| {
        (name(&left.row), left.row.rule, left.row.subject, left.ordinal).cmp(&(
            name(&right.row),
            right.row.rule,
            right.row.subject,
            right.ordinal,
        ))
    });
    candidates
}

/// Takes findings out. What is left of a verdict with several defects is kept as it was said: asked again, the rule
/// would say all of it.
fn drop_rows(
    judged: &mut Judged<'_, '_>,
    candidates: &[Candidate],
    dropped: &HashSet<Said>,
    counts: &mut [[u64; 4]],
) {
    let mut touched: BTreeMap<(u16, Number), Vec<Defect>> =
        dropped.iter().map(|(rule, subject, _)| ((*rule, *subject), Vec::new())).collect();
    for Candidate { row, ordinal, defect } in candidates {
        if let Some(left) = touched.get_mut(&(row.rule, row.subject))
            && !dropped.contains(&(row.rule, row.subject, *ordinal))
        {
            left.push(defect.clone());
        }
    }
    let mut gone: BTreeMap<(u16, Number), Row> = BTreeMap::new();
    judged.rows.retain(|row| {
        let key = (row.rule, row.subject);
        let is_touched = touched.contains_key(&key);
        if is_touched {
            gone.insert(key, *row);
        }
        !is_touched
    });
    for (key, row) in gone {
        let left = touched.remove(&key).unwrap_or_default();
        if left.is_empty() {
            let count = &mut counts[usize::from(row.rule)][row.outcome as usize];
            *count = count.saturating_sub(1);
        } else {
            judged.rows.extend(std::iter::repeat_n(row, left.len()));
            judged.replace(key, left);
        }
    }
}
