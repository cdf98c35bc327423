//! The result of a run: findings, gaps and numbers, with the rules that gave them.
//!
//! Complete and sorted when the engine hands it out; reporters only print it.

mod findings;
mod inspected;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::access::destruction;
use crate::finding::{BaselineState, Finding, OutcomeKind, Severity};
pub use crate::inventory::{GapReason, NotTaken, Reading};
use crate::rule::{self, Control, Metadata};
pub use findings::{Entry, Findings, Outline, Source};
pub use inspected::Inspected;

/// Something that should have been readable and was not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The ARM scope or the file (`path:line`) that is missing.
    pub scope: String,
    /// The ARM type that was asked for, or `file`, `line`, `body`.
    pub kind: String,
    /// The HTTP status, if a service answered.
    pub status: Option<u16>,
    /// Why it is missing.
    pub reason: GapReason,
    /// The ARM action that the caller lacks, if that is the cause.
    pub permission: Option<String>,
    /// What happened, for a person.
    pub message: String,
    /// The ids of rules that cannot decide because of it.
    pub rules: Vec<String>,
}

/// Numbers of a run. Suppressed results count in `suppressed` alone; notices of the `scan` family
/// do not count: they speak of the run, not of the estate.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Rule × resource evaluations.
    pub evaluations: u64,
    /// By outcome.
    pub fail: u64,
    /// By outcome.
    pub unknown: u64,
    /// By outcome.
    pub pass: u64,
    /// By outcome.
    pub not_applicable: u64,
    /// Failures and unknowns that a suppression waives.
    pub suppressed: u64,
    /// Failures by severity, from critical to info.
    pub by_severity: BTreeMap<Severity, u64>,
}

/// Everything a reporter prints.
#[derive(Debug)]
pub struct Report<'r> {
    /// The subcommand, `audit`.
    pub command: &'static str,
    /// The clock of the run, RFC 3339.
    pub as_of: String,
    /// Inputs as they were named.
    pub inputs: Vec<String>,
    /// Active rules, sorted by id.
    pub rules: Vec<Arc<Metadata>>,
    /// Every failure and unknown, and passes if they were asked for; worst severity first, then by
    /// rule, outcome, resource and path.
    pub findings: Findings<'r>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// For each vault, what it takes to destroy its backups; in the order of vaults.
    pub destruction: Vec<destruction::Summary>,
    /// What was read.
    pub reading: Reading,
    /// Numbers.
    pub summary: Summary,
    /// By rule index: verdicts that this kind of input can never give, counted instead of listed.
    pub not_assessable: BTreeMap<usize, u64>,
    /// Per rule index: fail, unknown, pass, not applicable.
    pub per_rule: Vec<[u64; 4]>,
    /// Remarks for stderr and SARIF notifications: an export of unknown origin, a disabled rule.
    pub notices: Vec<String>,
    /// Rules that stopped with an error; any makes the run exit with 2.
    pub rule_errors: Vec<String>,
    /// Failures at or above this severity make the run exit with 1.
    pub fail_on: Severity,
}

/// What the rules of one control say together. A rule of several controls counts for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlSummary<'r> {
    /// The framework, such as `MCSB`.
    pub framework: &'r str,
    /// The control's id in it.
    pub id: &'r str,
    /// Its active rules, by id.
    pub rules: Vec<&'r str>,
    /// By outcome.
    pub fail: u64,
    /// By outcome.
    pub unknown: u64,
    /// By outcome.
    pub pass: u64,
    /// By outcome.
    pub not_applicable: u64,
}

impl Report<'_> {
    /// The controls that active rules speak of, with what these said.
    pub fn controls(&self) -> Vec<ControlSummary<'_>> {
        let summary = |Control { framework, id, rules }| {
            let mut counts = [0; 4];
            for of in rules.iter().filter_map(|at: &usize| self.per_rule.get(*at)) {
                counts.iter_mut().zip(of).for_each(|(sum, count)| *sum += count);
            }
            let [fail, unknown, pass, not_applicable] = counts;
            let rules = rules.into_iter().map(|at| self.rules[at].id.as_str()).collect();
            ControlSummary { framework, id, rules, fail, unknown, pass, not_applicable }
        };
        rule::controls(self.rules.iter().map(AsRef::as_ref)).into_iter().map(summary).collect()
    }

    /// The metadata of a finding's rule.
    pub fn rule(&self, finding: &Finding) -> &Metadata {
        &self.rules[finding.rule]
    }

    /// The report with every finding made, free of what it was made from: for small ones.
    pub fn detach(self) -> Report<'static> {
        let findings: Vec<Finding> = self.findings.iter().collect();
        Report {
            command: self.command,
            as_of: self.as_of,
            inputs: self.inputs,
            rules: self.rules,
            findings: findings.into(),
            gaps: self.gaps,
            destruction: self.destruction,
            reading: self.reading,
            summary: self.summary,
            not_assessable: self.not_assessable,
            per_rule: self.per_rule,
            notices: self.notices,
            rule_errors: self.rule_errors,
            fail_on: self.fail_on,
        }
    }

    /// Whether any live failure reaches the threshold.
    pub fn has_failures(&self) -> bool {
        self.findings.entries().any(|entry| {
            let outline = entry.outline;
            outline.outcome == OutcomeKind::Fail
                && !self.rules[outline.rule].notice
                && outline.severity >= self.fail_on
                && !outline.suppressed
                && outline.baseline != Some(BaselineState::Unchanged)
        })
    }
}
