//! A report as people want it told: what counts apart from what is waived, and what speaks of the run.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::finding::{OutcomeKind, Severity};
use crate::inventory::Reason;
use crate::result::{Entry, Report};

/// The report with its findings sorted into what a person is told apart.
pub struct View<'a> {
    pub report: &'a Report<'a>,
    /// Failures that count: not waived, and about the estate.
    pub failures: Vec<Entry<'a>>,
    /// Undecided verdicts that count, by severity, rule and reason.
    pub undecided: BTreeMap<(Reverse<Severity>, usize, Option<Reason>), u64>,
    /// Failures of rules about the run itself. Gaps have a section of their own.
    pub about_run: Vec<Entry<'a>>,
}

impl<'a> View<'a> {
    pub fn of(report: &'a Report<'a>) -> Self {
        let (mut failures, mut about_run) = (Vec::new(), Vec::new());
        let mut undecided = BTreeMap::new();
        for entry in report.findings.entries().filter(|entry| !entry.outline.suppressed) {
            let outline = entry.outline;
            match outline.outcome {
                OutcomeKind::Fail if report.rules[outline.rule].judges("gap") => {}
                OutcomeKind::Fail if report.rules[outline.rule].notice => about_run.push(entry),
                OutcomeKind::Fail => failures.push(entry),
                OutcomeKind::Unknown => {
                    let key = (Reverse(outline.severity), outline.rule, outline.reason);
                    *undecided.entry(key).or_default() += 1;
                }
                OutcomeKind::Pass | OutcomeKind::NotApplicable => {}
            }
        }
        Self { report, failures, undecided, about_run }
    }

    /// Active rules that judge the estate, with their numbers: fail, unknown, pass, not applicable.
    pub fn judging(&self) -> impl Iterator<Item = (usize, &'a crate::rule::Metadata, [u64; 4])> {
        let rules = self.report.rules.iter().zip(&self.report.per_rule).enumerate();
        rules
            .filter(|(_, (rule, _))| !rule.notice)
            .map(|(at, (rule, counts))| (at, rule.as_ref(), *counts))
    }
}

/// The command that gives this report again, with more arguments behind it.
pub fn command(report: &Report<'_>, rest: &str) -> String {
    let inputs: Vec<_> = report.inputs.iter().map(|input| shell_word(input)).collect();
    let inputs = inputs.join(" ");
    // A list of files as long as a line is not worth repeating.
    let inputs = if inputs.len() > 60 { "…" } else { &inputs };
    let parts = ["backuplint", report.command, inputs, rest];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn shell_word(input: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if super::escape::visible(input) != input {
        // Nobody could type it, and a visible escape would name another file.
        "…".to_owned()
    } else if !input.is_empty() && input.chars().all(safe) {
        input.to_owned()
    } else {
        format!("'{}'", input.replace('\'', r"'\''"))
    }
}
