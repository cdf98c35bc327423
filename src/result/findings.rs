//! The findings of a report: an estate may have millions, so each is made whole only while it is read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use rayon::prelude::*;

use super::Inspected;
use crate::finding::{BaselineState, Finding, OutcomeKind, Severity};
use crate::inventory::Reason;

/// What is known of a finding before it is made: enough to count and to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Index into the report's rules.
    pub rule: usize,
    /// The outcome.
    pub outcome: OutcomeKind,
    /// Severity after the user's overrides.
    pub severity: Severity,
    /// Why the outcome is unknown.
    pub reason: Option<Reason>,
    /// Whether the user has waived it.
    pub suppressed: bool,
    /// Comparison with the baseline, if one was given.
    pub baseline: Option<BaselineState>,
}

/// Where findings come from, in the order of the report.
pub trait Source: Sync {
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// What is known of one without making it.
    fn outline(&self, at: usize) -> Outline;
    /// The resource of one.
    fn resource(&self, at: usize) -> Cow<'_, str>;
    /// What tells the resource of one from all others. Two projects may use one address.
    fn identity(&self, at: usize) -> Cow<'_, str> {
        self.resource(at)
    }
    /// The fingerprint of one.
    fn fingerprint(&self, at: usize) -> String {
        self.finding(at).fingerprint
    }
    /// One of them, whole.
    fn finding(&self, at: usize) -> Finding;
    /// The resources that were judged; none where the findings are not of all that was read, or nobody knows.
    fn inspected(&self) -> Option<Inspected> {
        None
    }
}

impl Source for Vec<Finding> {
    fn len(&self) -> usize {
        self.len()
    }

    fn outline(&self, at: usize) -> Outline {
        let finding = &self[at];
        Outline {
            rule: finding.rule,
            outcome: finding.outcome,
            severity: finding.severity,
            reason: finding.reason,
            suppressed: finding.suppression.is_some(),
            baseline: finding.baseline,
        }
    }

    fn resource(&self, at: usize) -> Cow<'_, str> {
        Cow::Borrowed(&self[at].resource)
    }

    fn finding(&self, at: usize) -> Finding {
        self[at].clone()
    }
}

/// The findings of a report.
pub struct Findings<'r> {
    source: Box<dyn Source + 'r>,
    /// With a baseline: how each finding compares with it, two bits each.
    states: Option<Vec<u64>>,
    /// Those below are not listed.
    least: Severity,
    /// What is undecided for this reason is only counted.
    counted: Option<Reason>,
}

/// Two bits fit so often in a word.
const STATES: usize = 32;
const UNCHANGED: u64 = 1;
const UPDATED: u64 = 2;

/// Findings made before they are asked for: few for those who only want the first.
const FEWEST_AHEAD: usize = 16;
const MOST_AHEAD: usize = 4096;

/// One finding that need not be made yet.
#[derive(Clone, Copy)]
pub struct Entry<'f> {
    findings: &'f Findings<'f>,
    at: usize,
    /// What is known of it.
    pub outline: Outline,
}

impl<'r> Findings<'r> {
    /// The findings that a source gives.
    pub fn new(source: impl Source + 'r) -> Self {
        Self { source: Box::new(source), states: None, least: Severity::Info, counted: None }
    }

    /// How many are listed.
    pub fn len(&self) -> usize {
        match (self.least, self.counted) {
            (Severity::Info, None) => self.source.len(),
            _ => self.entries().count(),
        }
    }

    /// Whether none is listed.
    pub fn is_empty(&self) -> bool {
        self.entries().next().is_none()
    }

    /// Every finding, to be made where it is needed.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let entries = (0..self.source.len()).map(|at| {
            let mut outline = self.source.outline(at);
            if let Some(states) = &self.states
                && outline.outcome == OutcomeKind::Fail
            {
                outline.baseline = Some(match states[at / STATES] >> (at % STATES * 2) & 0b11 {
                    UNCHANGED => BaselineState::Unchanged,
                    UPDATED => BaselineState::Updated,
                    _ => BaselineState::New,
                });
            }
            Entry { findings: self, at, outline }
        });
        entries.filter(|entry| {
            let outline = entry.outline;
            outline.severity >= self.least
                && (self.counted.is_none() || outline.reason != self.counted)
        })
    }

    /// Every finding, made.
    pub fn iter(&self) -> impl Iterator<Item = Finding> {
        self.of(|_| true)
    }

    /// The findings of a certain outline, made a few at a time by all threads.
    pub fn of(&self, wanted: impl Fn(&Outline) -> bool) -> impl Iterator<Item = Finding> {
        let mut entries = self.entries().filter(move |entry| wanted(&entry.outline));
        let mut ahead = FEWEST_AHEAD;
        let batches = std::iter::from_fn(move || {
            let batch: Vec<Entry<'_>> = entries.by_ref().take(ahead).collect();
            ahead = MOST_AHEAD.min(ahead * 2);
            if batch.is_empty() {
                return None;
            }
            // Sharing the work is itself a task of some microseconds.
            let made = batch.par_iter().with_min_len(FEWEST_AHEAD).map(Entry::finding);
            Some(made.collect::<Vec<_>>())
        });
        batches.flatten()
    }

    /// The resources that were judged, worked out when somebody asks; none where the findings are not of all of them.
    pub fn inspected(&self) -> Option<Inspected> {
        self.source.inspected()
    }

    /// Marks every failure as new or as known to a baseline, which tells by its fingerprint how much it weighed.
    pub fn compare(&mut self, known: impl Fn(&str) -> Option<Severity> + Sync) {
        let count = self.source.len();
        let state = |at: usize| {
            let outline = self.source.outline(at);
            if outline.outcome != OutcomeKind::Fail {
                return 0;
            }
            match known(&self.source.fingerprint(at)) {
                Some(weight) if outline.severity > weight => UPDATED,
                Some(_) => UNCHANGED,
                None => 0,
            }
        };
        let word = |word: usize| {
            let all = word * STATES..count.min((word + 1) * STATES);
            all.fold(0u64, |bits, at| bits | state(at) << (at % STATES * 2))
        };
        self.states = Some((0..count.div_ceil(STATES)).into_par_iter().map(word).collect());
    }

    /// Lists no finding below a severity any more.
    pub fn keep(&mut self, least: Severity) {
        self.least = self.least.max(least);
    }

    /// Lists no verdict any more that is undecided for a reason; answers how many there are of each rule.
    pub fn only_count(&mut self, reason: Reason) -> BTreeMap<usize, u64> {
        let mut counts = BTreeMap::new();
        let outlines = self.entries().map(|entry| entry.outline);
        for outline in
            outlines.filter(|outline| outline.reason == Some(reason) && !outline.suppressed)
        {
            *counts.entry(outline.rule).or_default() += 1;
        }
        self.counted = Some(reason);
        counts
    }
}

impl Entry<'_> {
    /// The resource.
    pub fn resource(&self) -> Cow<'_, str> {
        self.findings.source.resource(self.at)
    }

    /// What tells its resource from all others.
    pub fn identity(&self) -> Cow<'_, str> {
        self.findings.source.identity(self.at)
    }

    /// The finding, whole.
    pub fn finding(&self) -> Finding {
        Finding { baseline: self.outline.baseline, ..self.findings.source.finding(self.at) }
    }
}

impl Default for Findings<'_> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl From<Vec<Finding>> for Findings<'_> {
    fn from(list: Vec<Finding>) -> Self {
        Self::new(list)
    }
}

impl fmt::Debug for Findings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
