//! The runner of `test_…` rules.

use std::collections::BTreeSet;

use super::super::{Failure, TestOutcome, run_tests};
use super::{source, value};

const RULE: &str = "package example\n\ndeny contains \"short\" if {\n  input.days < 14\n}\n\ndeny contains \"never\" if {\n  input.never\n  1 == 1\n}\n";

#[test]
fn tests_pass_fail_and_break() {
    let tests = "package example_test\n\nimport data.example\n\ntest_short if {\n  \"short\" in example.deny with input as {\"days\": 3}\n}\n\ntest_long if {\n  print(\"days\", 30)\n  count(example.deny) == 1 with input as {\"days\": 30}\n}\n\ntest_breaks if to_number(\"many\") == 1\n\ntest_clock if data.backuplint.clock.now_ns == 5 with data.backuplint.clock.now_ns as 5\n";
    let sources = [source("example.rego", RULE), source("example_test.rego", tests)];
    let report =
        run_tests(&sources, value("{}")).unwrap_or_else(|diagnostics| panic!("{diagnostics:?}"));
    let outcomes =
        report.tests.iter().map(|test| (test.name.as_str(), test.line)).collect::<Vec<_>>();
    let expected = [("test_short", 5), ("test_long", 9), ("test_breaks", 14), ("test_clock", 16)];
    assert_eq!(
        outcomes,
        expected
            .map(|(name, line)| (format!("data.example_test.{name}"), line))
            .each_ref()
            .map(|(name, line)| (name.as_str(), *line))
    );
    assert_eq!(report.tests[0].outcome, TestOutcome::Passed);
    assert_eq!(report.tests[1].outcome, TestOutcome::Failed);
    assert_eq!(report.tests[1].prints, ["example_test.rego:10: days 30"]);
    assert!(
        matches!(&report.tests[2].outcome, TestOutcome::Error(Failure::Runtime { line: 14, .. })),
        "{:?}",
        report.tests[2]
    );
    assert_eq!(report.tests[3].outcome, TestOutcome::Passed);
    assert!(!report.passed());
    let [coverage] = report.coverage.as_slice() else { panic!("{:?}", report.coverage) };
    assert_eq!(coverage.file, "example.rego");
    assert!(coverage.covered.is_superset(&BTreeSet::from([3, 4, 8])), "{coverage:?}");
    assert_eq!(coverage.not_covered, BTreeSet::from([7, 9]));
}

#[test]
fn modules_without_tests_are_not_covered() {
    let report = run_tests(&[source("example.rego", RULE)], value("{}"))
        .unwrap_or_else(|diagnostics| panic!("{diagnostics:?}"));
    assert!(report.tests.is_empty() && !report.passed());
    assert!(
        report.coverage[0].covered.is_empty() && report.coverage[0].not_covered.contains(&3),
        "{:?}",
        report.coverage
    );
    assert!(run_tests(&[], value("{}")).is_ok_and(|report| report.tests.is_empty()));
}

#[test]
fn tests_pass_the_gate_too() {
    let recursive = "package t\n\nf(x) := f(x)\n\ntest_a if f(1)\n";
    assert!(run_tests(&[source("t.rego", recursive)], value("{}")).is_err());
    let endless = "package t\n\ntest_a if {\n  xs := numbers.range(1, 10000)\n  some a in xs\n  some b in xs\n  a + b < 0\n}\n";
    let report = run_tests(&[source("t.rego", endless)], value("{}"))
        .unwrap_or_else(|diagnostics| panic!("{diagnostics:?}"));
    assert!(
        matches!(report.tests[0].outcome, TestOutcome::Error(Failure::Time { .. })),
        "{:?}",
        report.tests
    );
}
