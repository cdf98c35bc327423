//! What the suites share: every bundled rule, run over an estate, whatever its profile.

#![allow(dead_code, reason = "each suite uses a part of it")]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use backuplint::engine::{ActiveRule, Plan, PlanOptions, RuleSet, Run, Waiver, Waivers};
use backuplint::finding::{Finding, Location, OutcomeKind, Severity};
use backuplint::inventory::{Estate, Time};
use backuplint::result::Report;
use backuplint::rule::{Declarations, Parameters, SuppressionUse};
use backuplint::snapshot::Documents;

/// The clock of every run.
pub const NOW: &str = "2026-11-20T02:00:00Z";

/// Rules ready to run.
pub struct Auditor(Plan);

impl Auditor {
    /// Every bundled rule with its default parameters.
    pub fn of_all_rules(options: PlanOptions) -> Self {
        let set = RuleSet::bundled().unwrap();
        let rules = set.rules.iter().map(|rule| ActiveRule {
            severity: rule.metadata.severity,
            parameters: Parameters::defaults(&rule.metadata),
            rule: rule.clone(),
        });
        Self(
            Plan::new(rules.collect(), &set.libraries, Time::parse(NOW).unwrap(), options).unwrap(),
        )
    }

    /// Runs the rules and lists every outcome. A rule that stops with an error fails the test.
    pub fn report(&self, estate: &Estate<'_>, documents: &Documents) -> Report<'static> {
        self.report_with(estate, documents, &Declarations::default())
    }

    /// The same with what the business declares.
    pub fn report_with(
        &self,
        estate: &Estate<'_>,
        documents: &Documents,
        declarations: &Declarations,
    ) -> Report<'static> {
        let now = Time::parse(NOW).unwrap();
        let report = self.0.run(Run {
            estate,
            command: "audit",
            inputs: Vec::new(),
            now,
            wall_clock: now,
            declarations,
            waivers: Box::new(NoWaivers),
            is_wanted: None,
            changes: None,
            locate: Box::new(|slice| documents.locate(slice)),
            edits: Box::new(|_| Vec::new()),
            outcomes: &OutcomeKind::ALL,
            fail_on: Severity::Medium,
            notices: Vec::new(),
            access: OnceLock::new(),
        });
        assert_eq!(report.rule_errors, [""; 0]);
        report.detach()
    }
}

/// The findings by rule and lower-case resource. Of several of one rule the first stands for all:
/// they have one outcome.
pub fn by_rule_and_resource<'r>(report: &'r Report<'_>) -> BTreeMap<(&'r str, String), Finding> {
    let mut found = BTreeMap::new();
    for finding in report.findings.iter() {
        let rule = report.rules[finding.rule].id.as_str();
        let (outcome, resource) = (finding.outcome, finding.resource.clone());
        let first: &mut Finding =
            found.entry((rule, resource.to_ascii_lowercase())).or_insert(finding);
        assert_eq!(first.outcome, outcome, "{rule} on {resource}");
    }
    found
}

struct NoWaivers;

impl Waivers for NoWaivers {
    fn matching(&self, _: &str, _: &str, _: Option<&Location>) -> Vec<Waiver> {
        Vec::new()
    }
    fn uses(&self) -> Vec<SuppressionUse> {
        Vec::new()
    }
}
