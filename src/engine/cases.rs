//! Cases of rules: small estates whose names promise a verdict.
//!
//! `cargo test` runs those of the bundled rules, `backuplint rules test` those of a rule pack.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::load::RuleSet;
use super::plan::{EngineChoice, Logic, PlanOptions, Rule};
use super::session::{Clocks, Judging, Session};
use crate::change::Changes;
use crate::config::{Config, Overrides};
use crate::finding::{Finding, OutcomeKind};
use crate::inventory::{Estate, Time};
use crate::lint::{Declared, Request, Workspace};
use crate::result::Report;
use crate::snapshot::{Documents, Inputs};

/// What the name of a case promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// At least one failure.
    Fail,
    /// At least one pass, nothing failed or undecided.
    Pass,
    /// Something undecided, nothing failed.
    Unknown,
    /// Nothing but not applicable.
    NotApplicable,
}

impl Promise {
    /// The promise of a case by its file's name.
    pub fn of(name: &str) -> Option<Self> {
        [
            ("fail_", Self::Fail),
            ("pass_", Self::Pass),
            ("unknown_", Self::Unknown),
            ("not_applicable_", Self::NotApplicable),
        ]
        .into_iter()
        .find(|(prefix, _)| name.starts_with(prefix))
        .map(|(_, promise)| promise)
    }

    /// Whether the counts of a rule (fail, unknown, pass, not applicable) keep it.
    fn is_kept(self, [fail, unknown, pass, not_applicable]: [u64; 4]) -> bool {
        match self {
            Self::Fail => fail > 0,
            Self::Pass => fail == 0 && unknown == 0 && pass > 0,
            Self::Unknown => fail == 0 && unknown > 0,
            Self::NotApplicable => fail + unknown + pass == 0 && not_applicable > 0,
        }
    }
}

/// The ending of a case's file.
pub const CASE_ENDING: &str = ".snapshot.json";

/// The ending of what was there before a case that is a change: the same estate, earlier.
pub const EARLIER_ENDING: &str = ".before.json";

/// The endings of cases in code. One stem is one scenario: each must give the verdicts of the snapshot of that stem.
pub const TWIN_ENDINGS: [&str; 4] = [".tf", ".bicep", ".arm.json", ".plan.json"];

/// The endings of cases of rules on scripts. The first that a stem has stands for it, and the others must say the same.
pub const SCRIPT_ENDINGS: [&str; 4] = [".sh", ".ps1", ".yml", ".cmd"];

/// The ending of a folder with the modules that a case in code calls, as `modules/…`.
const MODULES_ENDING: &str = ".modules";

/// What became of one case.
#[derive(Debug)]
pub struct CaseResult {
    /// The file.
    pub path: PathBuf,
    /// The promise of its name.
    pub promise: Option<Promise>,
    /// What is wrong, if anything is.
    pub problem: Option<String>,
    /// The verdicts of the rule with their evidence, for a person to read and for tests to keep.
    pub evidence: Value,
    /// Whether the rule failed anything.
    pub fired: bool,
}

/// The cases in a rule's folder, by name.
pub fn find(folder: &Path) -> Vec<PathBuf> {
    let mut cases = files(folder, &[CASE_ENDING]);
    cases.extend(
        files(folder, &SCRIPT_ENDINGS).into_iter().filter(|case| stands_for_its_stem(case)),
    );
    cases.sort();
    cases
}

/// The cases in a rule's folder that say in another language what a case says, by name.
pub fn find_twins(folder: &Path) -> Vec<PathBuf> {
    let mut twins = files(folder, &TWIN_ENDINGS);
    let scripts = files(folder, &SCRIPT_ENDINGS).into_iter();
    twins.extend(scripts.filter(|case| !stands_for_its_stem(case)));
    twins.sort();
    twins
}

/// Whether a script is the case, and no twin of another one.
fn stands_for_its_stem(case: &Path) -> bool {
    first_of(&stem(case)).is_some_and(|first| first == case)
}

/// The case that stands for a stem.
fn first_of(stem: &str) -> Option<PathBuf> {
    let endings = std::iter::once(CASE_ENDING).chain(SCRIPT_ENDINGS);
    endings.map(|ending| PathBuf::from(format!("{stem}{ending}"))).find(|path| path.is_file())
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join("cases"));
    let mut cases: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| endings.iter().any(|end| path.to_string_lossy().ends_with(end)))
        .collect();
    cases.sort();
    cases
}

/// Runs one case of a rule. A Rego rule runs on both engines, strictly, and over whole resources
/// too: all must agree, or the rule leans on something that an audit will not give it.
pub fn run(set: &RuleSet, rule: &Rule, case: &Path) -> CaseResult {
    let name = case.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let promise = Promise::of(&name);
    let mut result = CaseResult {
        path: case.to_path_buf(),
        promise,
        problem: None,
        evidence: Value::Null,
        fired: false,
    };
    if promise.is_none() {
        result.problem =
            Some("its name begins with none of fail_, pass_, unknown_, not_applicable_".to_owned());
        return result;
    }
    match audit(set, rule, case, PlanOptions::default()) {
        Ok((counts, evidence)) => {
            result.fired = counts[OutcomeKind::Fail as usize] > 0;
            if !promise.is_some_and(|promise| promise.is_kept(counts)) {
                let [fail, unknown, pass, not_applicable] = counts;
                result.problem = Some(format!(
                    "{fail} failed, {unknown} undecided, {pass} passed, {not_applicable} not applicable"
                ));
            }
            result.evidence = evidence;
        }
        Err(problem) => {
            result.problem = Some(problem);
            return result;
        }
    }
    if result.problem.is_none() && matches!(rule.logic, Logic::Rego { .. }) {
        result.problem = disagreement(set, rule, case, &result.evidence);
    }
    if result.problem.is_none() && code_ending(case).is_some() {
        result.problem = difference(set, rule, case, &result.evidence);
    }
    result
}

/// The ending of a case in code or of a script.
fn code_ending(case: &Path) -> Option<&'static str> {
    let name = case.to_string_lossy();
    TWIN_ENDINGS.into_iter().chain(SCRIPT_ENDINGS).find(|end| name.ends_with(end))
}

/// The path of a case without its ending.
pub fn stem(case: &Path) -> String {
    let name = case.to_string_lossy();
    let ending = code_ending(case).unwrap_or(CASE_ENDING);
    name.strip_suffix(ending).unwrap_or(&name).to_owned()
}

/// What a case in code says otherwise than the snapshot of its stem. What stands for itself, as something unresolved
/// does, has none.
fn difference(set: &RuleSet, rule: &Rule, case: &Path, evidence: &Value) -> Option<String> {
    let first = first_of(&stem(case)).filter(|first| first != case)?;
    let (_, other) = match audit(set, rule, &first, PlanOptions::default()) {
        Ok(other) => other,
        Err(problem) => return Some(problem),
    };
    // Languages have names of their own for the options of a command.
    let is_script = SCRIPT_ENDINGS.iter().any(|end| case.to_string_lossy().ends_with(end));
    let (own, other) = (gist(evidence, is_script), gist(&other, is_script));
    (!agree(&own, &other)).then(|| {
        let name = first.file_name().unwrap_or_default().to_string_lossy();
        format!("{name} says {other:#?}, this one {own:#?}")
    })
}

/// What twins must agree on: outcomes, and the evidence of failures. Names, places and what is not spoken of are
/// their own.
fn gist(evidence: &Value, outcomes_alone: bool) -> Vec<Value> {
    let verdicts = evidence.as_array().into_iter().flatten();
    let verdicts = verdicts.filter(|verdict| verdict["outcome"] != "not-applicable");
    let gist = verdicts.map(|verdict| {
        let keys: &[&str] = match verdict["outcome"].as_str() {
            Some("fail") if outcomes_alone => &["outcome", "level"],
            Some("fail") => &["outcome", "path", "observed", "expected"],
            _ => &["outcome"],
        };
        keys.iter().map(|key| verdict[*key].clone()).collect()
    });
    gist.collect()
}

/// Whether each verdict has its twin.
fn agree(own: &[Value], other: &[Value]) -> bool {
    let mut left: Vec<&Value> = other.iter().collect();
    let takes_its_twin = |verdict: &Value| {
        let twin = left.iter().position(|other| fits(verdict, other));
        twin.map(|at| left.remove(at)).is_some()
    };
    own.len() == other.len() && own.iter().all(takes_its_twin)
}

/// Whether what code says is what the snapshot says, which knows more: of a text code may leave pieces open, in
/// braces.
fn fits(own: &Value, other: &Value) -> bool {
    match (own, other) {
        (Value::String(own), Value::String(other)) => text_fits(own, other),
        (Value::Array(own), Value::Array(other)) => {
            own.len() == other.len() && own.iter().zip(other).all(|(own, other)| fits(own, other))
        }
        _ => own == other,
    }
}

fn text_fits(own: &str, other: &str) -> bool {
    let Some((start, rest)) = own.split_once('{') else { return own == other };
    let Some(mut left) = other.strip_prefix(start) else { return false };
    let mut pieces = rest
        .split('{')
        .map(|piece| piece.split_once('}').map_or("", |(_, known)| known))
        .peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return left.ends_with(piece);
        }
        let Some(at) = left.find(piece) else { return false };
        left = &left[at + piece.len()..];
    }
    true
}

/// What differs when a Rego rule runs another way.
fn disagreement(set: &RuleSet, rule: &Rule, case: &Path, evidence: &Value) -> Option<String> {
    let ways = [
        (
            "the interpreter answers differently from the bytecode machine",
            PlanOptions { engine: EngineChoice::Interpreter, ..PlanOptions::default() },
        ),
        (
            "an expression has an error that makes it silently undefined",
            PlanOptions {
                strict: true,
                engine: EngineChoice::Interpreter,
                ..PlanOptions::default()
            },
        ),
        (
            "it answers differently on whole resources: it reads what `facts` does not declare",
            PlanOptions { whole_resources: true, ..PlanOptions::default() },
        ),
    ];
    ways.into_iter().find_map(|(problem, options)| match audit(set, rule, case, options) {
        Ok((_, other)) if other == *evidence => None,
        Ok((_, other)) => Some(format!("{problem}: {other}")),
        Err(error) => Some(format!("{problem}: {error}")),
    })
}

/// Audits a case with one rule, and those that its configuration names.
fn audit(
    set: &RuleSet,
    rule: &Rule,
    case: &Path,
    options: PlanOptions,
) -> Result<([u64; 4], Value), String> {
    let toml = PathBuf::from(stem(case) + ".toml");
    let text = std::fs::read_to_string(&toml).unwrap_or_default();
    let shown = |error: miette::Report| format!("{error:?}");
    let config =
        Config::parse("case.toml", &text, &set.metadata()).map_err(|error| shown(error.into()))?;
    let mut select: Vec<String> =
        config.suppressions.iter().map(|suppression| suppression.rule.clone()).collect();
    select.extend(config.rules.keys().cloned());
    select.push(rule.metadata.id.clone());
    let overrides = Overrides { select, ..Overrides::default() };
    let session = Session::new(set, config, &overrides).map_err(|error| shown(error.into()))?;
    let judge = |estate: &Estate<'_>, changes: Option<&Changes<'_, '_>>, documents: &Documents| {
        let now = estate.collected_at().or_else(|| wall_clock(&text)).unwrap_or(Time(0));
        let wall_clock = wall_clock(&text).unwrap_or(now);
        let plan = session.plan(now, options).map_err(|error| shown(error.into()))?;
        let judging = Judging {
            command: "audit",
            documents,
            clocks: Clocks { now, wall_clock },
            outcomes: &OutcomeKind::ALL,
            inline: &[],
            is_wanted: None,
            changes,
            edits: None,
        };
        verdicts(&session.judge(&plan, estate, judging), rule, case)
    };
    with_estate(case, judge)?
}

/// Reads the estate of a case, and what changes in it, and gives both away.
///
/// # Errors
/// When it cannot be read.
pub fn with_estate<T>(
    case: &Path,
    then: impl FnOnce(&Estate<'_>, Option<&Changes<'_, '_>>, &Documents) -> T,
) -> Result<T, String> {
    let shown = |error: miette::Report| format!("{error:?}");
    let Some(ending) = code_ending(case) else {
        let inputs = Inputs::open(&[case.to_path_buf()]).map_err(|error| shown(error.into()))?;
        let estate = inputs.read();
        let earlier = PathBuf::from(stem(case) + EARLIER_ENDING);
        if !earlier.is_file() {
            return Ok(then(&estate, None, inputs.documents()));
        }
        let before = Inputs::open(&[earlier]).map_err(|error| shown(error.into()))?;
        let before = before.read();
        let changes = Changes::between(&before, &estate);
        return Ok(then(&estate, Some(&changes), inputs.documents()));
    };
    // Alone in a folder: all files of a folder of Terraform are one project.
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let copy = folder.path().join(format!("main{}", ending.trim_start_matches(".arm")));
    std::fs::copy(case, copy).map_err(|error| error.to_string())?;
    let modules = PathBuf::from(format!("{}{MODULES_ENDING}", case.display()));
    if modules.is_dir() {
        copy_folder(&modules, &folder.path().join("modules")).map_err(|error| error.to_string())?;
    }
    let request = Request { paths: vec![folder.path().to_path_buf()], ..Request::default() };
    let workspace = Workspace::open(&request).map_err(|error| shown(error.into()))?;
    let declared = Declared::new(&workspace);
    let estate = declared.estate(false);
    if let Some(gap) = estate.gaps().first() {
        return Err(format!("{}: {}", gap.scope, gap.message));
    }
    let before = declared.before(false);
    Ok(then(&estate, declared.changes(&before, &estate).as_ref(), &workspace.documents()))
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The counts of a rule, and its verdicts with their evidence.
fn verdicts(report: &Report<'_>, rule: &Rule, case: &Path) -> Result<([u64; 4], Value), String> {
    if let Some(error) = report.rule_errors.first() {
        return Err(error.clone());
    }
    let at = report.rules.iter().position(|active| active.id == rule.metadata.id);
    let at = at.ok_or_else(|| "its own configuration switches the rule off".to_owned())?;
    Ok((report.per_rule[at], evidence(report, at, case)))
}

/// `# now = 2026-11-22T00:00:00Z` in the first line of a case's configuration.
fn wall_clock(toml: &str) -> Option<Time> {
    let line = toml.lines().next()?.strip_prefix('#')?.trim();
    Time::parse(line.strip_prefix("now")?.trim().strip_prefix('=')?.trim())
}

/// The verdicts of a rule. What is named after the case's own file is named by the file alone, so
/// that the evidence is the same wherever the rules lie.
fn evidence(report: &Report<'_>, rule: usize, case: &Path) -> Value {
    let folder = case.parent().map(|folder| format!("{}/", folder.display())).unwrap_or_default();
    let findings = report.findings.iter().filter(|finding| finding.rule == rule);
    findings
        .map(|finding| {
            let Finding { outcome, path, observed, expected, message, reason, .. } = &finding;
            let resource = finding.resource.strip_prefix(&folder).unwrap_or(&finding.resource);
            let place = finding.location.as_ref().map(|place| {
                format!(
                    "{}:{}-{}:{}",
                    place.start_line, place.start_column, place.end_line, place.end_column
                )
            });
            match outcome {
                OutcomeKind::Fail => {
                    let mut fail = json!({
                        "outcome": "fail", "resource": resource, "path": path, "observed": observed,
                        "expected": expected, "message": message, "place": place,
                        "suppressed": finding.suppression.is_some(),
                    });
                    if let Some(level) = finding.level {
                        fail["level"] = level.name().into();
                    }
                    fail
                }
                OutcomeKind::Unknown => json!({
                    "outcome": "unknown", "resource": resource, "path": path,
                    "reason": reason.map(crate::inventory::Reason::name), "message": message,
                }),
                other => json!({ "outcome": other.name(), "resource": resource }),
            }
        })
        .collect()
}
