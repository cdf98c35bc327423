//! What the suites share: every bundled rule, run over an estate, whatever its profile.

use std::collections::BTreeMap;

use backuplint::engine::{ActiveRule, Plan, PlanOptions, RuleSet, Run, Waiver, Waivers};
use backuplint::finding::{Finding, OutcomeKind, Severity};
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
    pub fn report(&self, estate: &Estate<'_>, documents: &Documents) -> Report {
        let now = Time::parse(NOW).unwrap();
        let report = self.0.run(Run {
            estate,
            command: "audit",
            inputs: Vec::new(),
            now,
            wall_clock: now,
            declarations: &Declarations::default(),
            waivers: &NoWaivers,
            locate: &|slice| documents.locate(slice),
            outcomes: &OutcomeKind::ALL,
            fail_on: Severity::Medium,
            notices: Vec::new(),
        });
        assert_eq!(report.rule_errors, [""; 0]);
        report
    }
}

/// The findings by rule and lower-case resource. Of several of one rule the first stands for all:
/// they have one outcome.
pub fn by_rule_and_resource(report: &Report) -> BTreeMap<(&str, String), &Finding> {
    let mut found = BTreeMap::new();
    for finding in &report.findings {
        let key = (report.rule(finding).id.as_str(), finding.resource.to_ascii_lowercase());
        let first: &Finding = found.entry(key).or_insert(finding);
        assert_eq!(
            first.outcome,
            finding.outcome,
            "{} on {}",
            report.rule(finding).id,
            finding.resource
        );
    }
    found
}

struct NoWaivers;

impl Waivers for NoWaivers {
    fn matching(&self, _: &str, _: &str, _: Option<&str>) -> Vec<Waiver> {
        Vec::new()
    }
    fn uses(&self) -> Vec<SuppressionUse> {
        Vec::new()
    }
}
