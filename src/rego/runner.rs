//! Runs the tests that policies carry: rules named `test_…`, by the interpreter, with line coverage.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use regorus::Value;
use regorus::utils::limits::ExecutionTimerConfig;

use super::diagnostic::Diagnostic;
use super::facts::head_span;
use super::failure::Fallback;
use super::guarded::{Guarded, prepare};
use super::program::{Loaded, anywhere, on_large_stack, rule_path};
use super::{Failure, Limits, Source};

/// Time for one test, which may run rules on many inputs.
const TIME: Duration = Duration::from_secs(2);

/// The outcome of all tests of a set of modules.
#[derive(Debug, Clone, PartialEq)]
pub struct TestReport {
    /// The tests in the order of the sources.
    pub tests: Vec<TestCase>,
    /// The lines that the tests ran, for each module without tests of its own.
    pub coverage: Vec<Coverage>,
}

/// One test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestCase {
    /// The path of the rule, such as `data.example_test.test_denies`.
    pub name: String,
    /// The name of the source.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// How it ended.
    pub outcome: TestOutcome,
    /// What it printed, each with file and line.
    pub prints: Vec<String>,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq)]
pub enum TestOutcome {
    /// The rule is true.
    Passed,
    /// The rule is false or undefined.
    Failed,
    /// The rule could not be evaluated. Errors of builtins count here.
    Error(Failure),
}

/// The lines of a module that tests ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The name of the source.
    pub file: String,
    /// Lines that were evaluated, from 1.
    pub covered: BTreeSet<u32>,
    /// Lines that were not.
    pub not_covered: BTreeSet<u32>,
}

impl TestReport {
    /// Whether every test passed. A set without tests passes nothing.
    #[must_use]
    pub fn passed(&self) -> bool {
        !self.tests.is_empty() && self.tests.iter().all(|test| test.outcome == TestOutcome::Passed)
    }
}

/// Runs the tests of a set of modules; `data` is what they see as `data` unless `with` replaces it.
///
/// # Errors
///
/// Every module that a gate or the engine refuses, with the place.
pub fn run_tests(sources: &[Source], data: Value) -> Result<TestReport, Vec<Diagnostic>> {
    on_large_stack(|| run(sources, data))
}

fn run(sources: &[Source], data: Value) -> Result<TestReport, Vec<Diagnostic>> {
    let loaded = Loaded::load(sources, &Limits::default())?;
    let data = if matches!(data, Value::Object(_)) { data } else { Value::new_object() };
    let guarded = Guarded::new(&loaded, &data);
    let mut engine = guarded.interpreter(&loaded)?;
    let Loaded { texts, catalog, .. } = loaded;
    engine.add_data(data).map_err(|error| anywhere(&texts, error.to_string()))?;
    engine.set_strict_builtin_errors(true);
    engine.set_gather_prints(true);
    engine.set_enable_coverage(true);
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit: TIME,
        check_interval: NonZeroU32::MIN,
    });

    let is_test = |path: &[String]| path.last().is_some_and(|name| name.starts_with("test_"));
    let tests = catalog
        .groups
        .iter()
        .filter(|group| is_test(&group.path) && !group.is_function())
        .collect::<Vec<_>>();
    if let Some(first) = tests.first() {
        _ = prepare(&mut engine, &rule_path(&first.path), &guarded.interpreter)?;
    }
    let test_modules = tests
        .iter()
        .flat_map(|group| &group.definitions)
        .map(|definition| definition.module)
        .collect::<BTreeSet<_>>();
    let mut cases = Vec::with_capacity(tests.len());
    for group in tests {
        let definition = &group.definitions[0];
        let place = texts[definition.module].span(head_span(&definition.rule), String::new());
        let name = rule_path(&group.path);
        let fallback = Fallback {
            rule: name.clone(),
            path: group.path.clone(),
            file: place.file.clone(),
            line: place.line,
            column: place.column,
        };
        let outcome = match catch_unwind(AssertUnwindSafe(|| engine.eval_rule(name.clone()))) {
            Ok(Ok(Value::Bool(true))) => TestOutcome::Passed,
            Ok(Ok(_)) => TestOutcome::Failed,
            Ok(Err(error)) => {
                TestOutcome::Error(fallback.interpreter(&error, TIME, &guarded.interpreter))
            }
            Err(_) => TestOutcome::Error(fallback.runtime("the engine failed on the rule")),
        };
        let prints = engine.take_prints().unwrap_or_default();
        cases.push(TestCase { name, file: place.file, line: place.line, outcome, prints });
    }

    let report =
        engine.get_coverage_report().map_err(|error| anywhere(&texts, error.to_string()))?;
    let mut coverage = Vec::new();
    for (index, text) in texts.iter().enumerate().filter(|(index, _)| !test_modules.contains(index))
    {
        let found = report.files.iter().find(|file| file.path == text.name());
        let (covered, not_covered) = match found {
            Some(file) => (file.covered.clone(), file.not_covered.clone()),
            None => (BTreeSet::new(), code_lines(&catalog, index)),
        };
        coverage.push(Coverage { file: text.name().to_owned(), covered, not_covered });
    }
    Ok(TestReport { tests: cases, coverage })
}

/// The first lines of the rules of a module of which nothing ran: the engine lists only modules it entered.
fn code_lines(catalog: &super::catalog::Catalog, module: usize) -> BTreeSet<u32> {
    let definitions = catalog.groups.iter().flat_map(|group| &group.definitions);
    definitions
        .filter(|definition| definition.module == module)
        .map(|definition| head_span(&definition.rule).line)
        .collect()
}
