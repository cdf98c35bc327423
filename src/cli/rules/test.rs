//! `backuplint rules test DIR`: the cases and `test_*` rules of a rule pack.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
#[cfg(feature = "rego")]
use miette::IntoDiagnostic;
use serde_json::Value;

use super::super::{exit, terminal};
#[cfg(feature = "rego")]
use crate::engine::{EngineError, Logic};
use crate::engine::{Rule, RuleSet, cases, unseen_facts};
use crate::inventory::Estate;
use crate::snapshot::Inputs;
use crate::{demo, report};

/// Options of `rules test`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  backuplint rules test policies\n  backuplint rules test rules/vault/mua_disabled

Each rule's cases/ (.snapshot.json, and .tf, .bicep, .arm.json that agree with it) run on both Rego engines and over whole resources; test_* rules run on the
interpreter. A rule that never fires fails: a check that cannot fail checks nothing."
)]
pub(in crate::cli) struct TestArgs {
    /// A rule pack, or one rule's folder
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Name every case and test, not only those that fail
    #[arg(long, short)]
    verbose: bool,
}

/// How the tests went.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    lines: Vec<String>,
}

impl Tally {
    fn note(&mut self, name: &str, problem: Option<String>, verbose: bool) {
        match problem {
            None => {
                self.passed += 1;
                if verbose {
                    self.lines.push(format!("ok    {name}"));
                }
            }
            Some(problem) => {
                self.failed += 1;
                self.lines
                    .push(format!("FAIL  {name}\n      {}", problem.replace('\n', "\n      ")));
            }
        }
    }
}

pub(in crate::cli) fn run(args: &TestArgs) -> miette::Result<u8> {
    // Rules of a pack may import the bundled libraries.
    let mut pack = RuleSet { rules: Vec::new(), libraries: RuleSet::bundled()?.libraries };
    pack.add_pack(&args.dir)?;
    let mut tally = Tally::default();
    let tested = test_rules(&pack, args, &mut tally)?;
    let demo = Inputs::shipped("demo", demo::FILES)?;
    let demo = demo.read();
    for rule in &pack.rules {
        test_cases(&pack, rule, args, &tested, &mut tally);
        test_facts(&pack, rule, args, &demo, &mut tally)?;
    }
    tally.lines.push(format!("{} passed, {} failed", tally.passed, tally.failed));
    terminal::print((tally.lines.join("\n") + "\n").as_bytes())?;
    Ok(if tally.failed > 0 { exit::FINDINGS } else { exit::CLEAN })
}

#[cfg_attr(
    not(feature = "rego"),
    expect(unused_variables, reason = "only Rego rules have test_* rules")
)]
fn test_cases(pack: &RuleSet, rule: &Rule, args: &TestArgs, tested: &Tested, tally: &mut Tally) {
    let folder = rule.origin.as_deref().unwrap_or(&args.dir);
    let found = cases::find(folder);
    let mut fired = false;
    for case in found.iter().chain(&cases::find_twins(folder)) {
        let result = cases::run(pack, rule, case);
        fired |= result.fired;
        let name =
            case.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let silent = is_silent(&result.evidence)
            .then(|| "a failure says nothing: its message is empty".to_owned());
        let problem = result.problem.or(silent);
        let problem = problem.map(|problem| problem + &evidence(&result.evidence));
        tally.note(&format!("{} {name}", rule.metadata.id), problem, args.verbose);
    }
    #[cfg(feature = "rego")]
    let fired = fired || tested.fires(rule);
    if !fired {
        let problem = if found.is_empty() {
            "it has neither a case that makes it fail nor a test that reaches its defect".to_owned()
        } else {
            "it never fires: no case makes it fail".to_owned()
        };
        tally.note(&rule.metadata.id, Some(problem), args.verbose);
    }
}

/// Facts that no body shows, and reads that no fact declares.
fn test_facts(
    pack: &RuleSet,
    rule: &Rule,
    args: &TestArgs,
    demo: &Estate<'_>,
    tally: &mut Tally,
) -> miette::Result<()> {
    let cases = cases::find(rule.origin.as_deref().unwrap_or(&args.dir));
    let inputs =
        cases.into_iter().map(|case| Inputs::open(&[case])).collect::<Result<Vec<_>, _>>()?;
    let estates: Vec<Estate<'_>> = inputs.iter().map(Inputs::read).collect();
    let estates: Vec<&Estate<'_>> = estates.iter().chain([demo]).collect();
    for fact in unseen_facts(&rule.metadata, &estates) {
        let problem = format!(
            "no body has `{}` of {}: a typo? Else add a case that shows it, or say why none does: unseen = \"…\"",
            fact.path, fact.r#type
        );
        tally.note(&format!("{} facts", rule.metadata.id), Some(problem), args.verbose);
    }
    #[cfg(feature = "rego")]
    for read in crate::engine::undeclared_reads(rule, &pack.libraries)? {
        let problem = format!("{read} is read, and no fact declares it: it is not in `input`");
        tally.note(&format!("{} facts", rule.metadata.id), Some(problem), args.verbose);
    }
    #[cfg(not(feature = "rego"))]
    let _ = pack;
    Ok(())
}

/// Whether a failure has no message.
fn is_silent(verdicts: &Value) -> bool {
    let mut verdicts = verdicts.as_array().into_iter().flatten();
    verdicts.any(|verdict| verdict["outcome"] == "fail" && verdict["message"] == "")
}

/// The verdicts of a case, one a line: what the rule said, where, and on what evidence.
fn evidence(verdicts: &Value) -> String {
    let mut text = String::new();
    for verdict in verdicts.as_array().into_iter().flatten() {
        let said = |key: &str| verdict[key].as_str().unwrap_or_default();
        let mut line = format!("{} {}", said("outcome"), said("resource"));
        for (lead, key) in [(" at ", "path"), (": ", "message"), (", reason ", "reason")] {
            if !said(key).is_empty() {
                let _ = write!(line, "{lead}{}", said(key));
            }
        }
        for key in ["observed", "expected"] {
            if !verdict[key].is_null() {
                let _ = write!(line, ", {key} {}", verdict[key]);
            }
        }
        text.push('\n');
        text.push_str(&report::visible(&line));
    }
    text
}

/// What the `test_*` rules of a pack reached.
#[derive(Default)]
struct Tested {
    #[cfg(feature = "rego")]
    coverage: Vec<crate::rego::Coverage>,
}

impl Tested {
    /// Whether some test reached a line of the rule's `deny`, `warn` or `violation`.
    #[cfg(feature = "rego")]
    fn fires(&self, rule: &Rule) -> bool {
        let Logic::Rego { name, text } = &rule.logic else { return false };
        let answers: Vec<u32> = (1u32..)
            .zip(text.lines())
            .filter(|(_, line)| {
                ["deny", "warn", "violation"].iter().any(|answer| line.starts_with(answer))
            })
            .map(|(at, _)| at)
            .collect();
        self.coverage
            .iter()
            .filter(|coverage| coverage.file == *name)
            .any(|coverage| answers.iter().any(|line| coverage.covered.contains(line)))
    }
}

#[cfg(not(feature = "rego"))]
fn test_rules(_: &RuleSet, _: &TestArgs, _: &mut Tally) -> miette::Result<Tested> {
    Ok(Tested::default())
}

/// Runs the `test_*` rules of every module below the folder, and says which lines they reached.
#[cfg(feature = "rego")]
fn test_rules(pack: &RuleSet, args: &TestArgs, tally: &mut Tally) -> miette::Result<Tested> {
    use crate::rego::{Source, TestOutcome, Value, run_tests};
    let mut sources: Vec<Source> = Vec::new();
    let files = walkdir::WalkDir::new(&args.dir).max_depth(8).sort_by_file_name();
    for entry in files.into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() && entry.path().to_string_lossy().ends_with("_test.rego") {
            let text = std::fs::read_to_string(entry.path()).into_diagnostic()?;
            sources.push(Source { name: entry.path().display().to_string(), text });
        }
    }
    let has_tests = !sources.is_empty()
        || pack.rules.iter().any(
            |rule| matches!(&rule.logic, Logic::Rego { text, .. } if text.contains("\ntest_")),
        );
    if !has_tests {
        return Ok(Tested::default());
    }
    for rule in &pack.rules {
        if let Logic::Rego { name, text } = &rule.logic {
            sources.push(Source { name: name.clone(), text: text.to_string() });
        }
    }
    sources.extend(
        pack.libraries
            .iter()
            .map(|(name, text)| Source { name: name.clone(), text: text.to_string() }),
    );
    let tests = run_tests(&sources, Value::new_object())
        .map_err(|diagnostics| EngineError::Rego { count: diagnostics.len(), diagnostics })?;
    for test in &tests.tests {
        let problem = match &test.outcome {
            TestOutcome::Passed => None,
            other => Some(format!("{}:{}: {other:?}", test.file, test.line)),
        };
        tally.note(&test.name, problem, args.verbose);
    }
    for coverage in &tests.coverage {
        let is_rule = pack
            .rules
            .iter()
            .any(|rule| matches!(&rule.logic, Logic::Rego { name, .. } if *name == coverage.file));
        if is_rule {
            let total = coverage.covered.len() + coverage.not_covered.len();
            let missed: Vec<String> =
                coverage.not_covered.iter().map(ToString::to_string).collect();
            let missed = if missed.is_empty() {
                String::new()
            } else {
                format!("; not line {}", missed.join(", "))
            };
            tally.lines.push(format!(
                "      {}: tests reach {} of {total} lines{missed}",
                coverage.file,
                coverage.covered.len()
            ));
        }
    }
    Ok(Tested { coverage: tests.coverage })
}
