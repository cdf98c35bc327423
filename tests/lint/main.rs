//! Code in, verdicts and places out. A case is a folder of code; what is expected stands in its comments.
//!
//! `#~ OUTCOME RULE [REASON]` (`//~` in Bicep and ARM JSON) expects a verdict at the line before the remark, or,
//! where the remark stands alone, at the next line. `via NAME…` names the steps by which the value came there. Every
//! failure of a rule that a case names must be expected, so a case fails on one too many as on one too few.

#![cfg(feature = "rego")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what fails here fails a test, and what is skipped is said"
)]

#[path = "../audit/mod.rs"]
mod audit;
mod deployed;
mod embedded;
mod hostile;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use audit::Auditor;
use backuplint::engine::PlanOptions;
use backuplint::finding::{Finding, OutcomeKind};
use backuplint::lint::{Declared, Request, Workspace};
use backuplint::rule::Input;

/// What a remark expects.
#[derive(Debug)]
struct Expected {
    file: String,
    line: u64,
    outcome: String,
    rule: String,
    reason: Option<String>,
    via: Vec<String>,
}

fn remarks(file: &str, text: &str) -> Vec<Expected> {
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let Some(mark) = ["#~", "//~"].iter().find_map(|mark| Some((line.find(mark)?, mark.len())))
        else {
            continue;
        };
        let is_alone = line[..mark.0].trim().is_empty();
        let is_remark = |line: &&str| {
            line.trim_start().starts_with("#~") || line.trim_start().starts_with("//~")
        };
        let line_number = if is_alone {
            at + 1 + lines[at + 1..].iter().take_while(|line| is_remark(line)).count() + 1
        } else {
            at + 1
        };
        for remark in line[mark.0 + mark.1..].split(';') {
            let (verdict, via) = remark.split_once(" via ").unwrap_or((remark, ""));
            let words: Vec<&str> = verdict.split_whitespace().collect();
            let [outcome, rule, reason @ ..] = words.as_slice() else { panic!("{file}: {line}") };
            found.push(Expected {
                file: file.to_owned(),
                line: line_number as u64,
                outcome: (*outcome).to_owned(),
                rule: (*rule).to_owned(),
                reason: reason.first().map(|reason| (*reason).to_owned()),
                via: via.split_whitespace().map(str::to_owned).collect(),
            });
        }
    }
    found
}

fn name_of(uri: &str) -> &str {
    uri.rsplit('/').next().unwrap_or(uri)
}

/// Judges one case; answers what is wrong.
fn check(folder: &Path, auditor: &Auditor) -> Vec<String> {
    let request = Request { paths: vec![folder.to_path_buf()], ..Request::default() };
    let workspace = Workspace::open(&request).unwrap();
    let declared = Declared::new(&workspace);
    let estate = declared.estate(false);
    let documents = workspace.documents();
    let report = auditor.report(&estate, &documents);
    let findings: Vec<Finding> = report.findings.iter().collect();
    let rule = |finding: &Finding| report.rules[finding.rule].id.clone();
    let case = folder.file_name().unwrap().to_string_lossy().into_owned();
    let mut wrong = Vec::new();
    let mut met: BTreeSet<usize> = BTreeSet::new();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (uri, text) in workspace.files() {
        for expected in remarks(uri, text) {
            named.insert(expected.rule.clone());
            let is_met = |finding: &Finding| {
                let place = finding.location.as_ref();
                rule(finding) == expected.rule
                    && finding.outcome.name() == expected.outcome
                    && finding.reason.map(|reason| reason.name().to_owned()) == expected.reason
                    && (finding.outcome == OutcomeKind::Pass
                        || finding.outcome == OutcomeKind::NotApplicable
                        || place.is_some_and(|place| {
                            (place.uri.as_str(), place.start_line)
                                == (expected.file.as_str(), expected.line)
                        }))
                    && expected
                        .via
                        .iter()
                        .all(|step| finding.related.iter().any(|related| related.resource == *step))
            };
            let fits: Vec<usize> =
                (0..findings.len()).filter(|at| is_met(&findings[*at])).collect();
            if fits.is_empty() {
                wrong.push(format!("{case}: missing {expected:?}"));
            }
            met.extend(fits);
        }
    }
    if named.is_empty() {
        wrong.push(format!("{case}: expects nothing"));
    }
    for (at, finding) in findings.iter().enumerate() {
        let counts = matches!(finding.outcome, OutcomeKind::Fail | OutcomeKind::Unknown);
        if counts && named.contains(&rule(finding)) && !met.contains(&at) {
            let place = finding.location.as_ref();
            wrong.push(format!(
                "{case}: unexpected {} of {} {:?} on {} at {:?}: {} {:?}",
                finding.outcome.name(),
                rule(finding),
                finding.reason,
                finding.resource,
                place.map(|place| (name_of(&place.uri).to_owned(), place.start_line)),
                finding.message,
                finding.related
            ));
        }
    }
    wrong
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint/cases");
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

#[test]
fn verdicts_and_places() {
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    let wrong: Vec<String> = cases().iter().flat_map(|case| check(case, &auditor)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the guide's own snippets must yield, read as one script each: the rule, and the words that its place begins with.
const GUIDE: [(&str, &[(&str, &str)]); 3] = [
    (
        "guide.sh",
        &[
            ("restore-without-staging-region-check", "--storage-account"),
            ("script-restore-without-target-group", "az backup restore"),
            ("script-retain-until-in-past", "--retain-until"),
            ("script-vm-name-in-wrong-group", "--vm"),
        ],
    ),
    (
        "guide.ps1",
        &[
            ("restore-without-staging-region-check", "-StorageAccountName"),
            ("script-invalid-option", "$false"),
            ("script-restore-without-target-group", "Restore-AzRecoveryServicesBackupItem"),
        ],
    ),
    ("alert.sh", &[("script-uses-retired-command", "az monitor alert")]),
];

/// The commands of the guide: its prose is not ours to keep, so it is read where it lies.
fn snippets(text: &str) -> [String; 3] {
    let between = |from: &str, to: &str| {
        let start = text.find(from).unwrap_or_else(|| panic!("the guide has no {from}"));
        let rest = &text[start + from.len()..];
        let end = rest.find(to).unwrap_or_else(|| panic!("the guide has no {to}"));
        let lines = rest[..end].lines().skip(1);
        let is_prose = |line: &&str| line.ends_with(':') && !line.starts_with(['#', '-', '$']);
        lines.filter(|line| !is_prose(line)).collect::<Vec<_>>().join("\n") + "\n"
    };
    [
        between("6.2 Azure CLI", "6.3 Azure PowerShell"),
        between("6.3 Azure PowerShell", "7. Control and Security"),
        between("Configure alerts for backup failures", "Runbooks for automated restore"),
    ]
}

#[test]
fn the_guides_own_snippets() {
    let corpus = std::env::var_os("BACKUPLINT_CORPUS").map(PathBuf::from);
    let guide = corpus.as_deref().and_then(Path::parent).map(|shared| shared.join("seed"));
    let entries = guide.and_then(|folder| std::fs::read_dir(folder).ok());
    let texts = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok());
    let Some(text) = texts.into_iter().find(|text| text.contains("6.2 Azure CLI")) else {
        eprintln!("SKIPPED the_guides_own_snippets: the guide is not beside BACKUPLINT_CORPUS");
        return;
    };
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    for ((name, expected), script) in GUIDE.iter().zip(snippets(&text)) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), &script).unwrap();
        let request = Request { paths: vec![folder.path().to_path_buf()], ..Request::default() };
        let workspace = Workspace::open(&request).unwrap();
        let declared = Declared::new(&workspace);
        let estate = declared.estate(false);
        let documents = workspace.documents();
        let report = auditor.report(&estate, &documents);
        let fails = report
            .findings
            .iter()
            .filter(|found| found.outcome == OutcomeKind::Fail && found.location.is_some());
        let lines: Vec<&str> = script.lines().collect();
        let mut found: Vec<(String, String)> = fails
            .map(|finding| {
                let place = finding.location.unwrap();
                let line = lines[usize::try_from(place.start_line).unwrap() - 1];
                let rest = line.get(usize::try_from(place.start_column).unwrap() - 1..).unwrap();
                (report.rules[finding.rule].id.clone(), rest.to_owned())
            })
            .collect();
        found.sort();
        let is_expected = |(found, expected): (&(String, String), &(&str, &str))| {
            found.0 == expected.0 && found.1.starts_with(expected.1)
        };
        assert!(
            found.len() == expected.len() && found.iter().zip(*expected).all(is_expected),
            "{name}: {found:#?}"
        );
        // The shell takes `<job-id>` for a redirection: the command is not what it looks like, and that is said.
        let is_unread = estate.gaps().iter().any(|gap| gap.scope.contains("guide.sh"));
        assert_eq!(is_unread, *name == "guide.sh", "{:#?}", estate.gaps());
    }
}

/// Rules in Rego find members under one name only: whatever the bundled ones look up is found in any case.
#[test]
fn the_names_that_rules_look_up_are_known_in_any_case() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let name = regex::Regex::new(r#"["\.]([a-z]+[A-Z][A-Za-z]*)"#).unwrap();
    // Two names, of stores in a vault and of stores in a policy.
    let two = ["datastoreType", "dataStoreType"];
    let mut seen = 0;
    for entry in walkdir::WalkDir::new(rules).into_iter().map(Result::unwrap) {
        if entry.path().extension().is_none_or(|ending| ending != "rego") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for found in name.captures_iter(&text).map(|found| found[1].to_owned()) {
            seen += 1;
            let wanted = two.iter().all(|two| *two != found);
            let spelled = backuplint::inventory::spelled(&found.to_ascii_lowercase()).into_owned();
            assert!(!wanted || spelled == found, "{}: {found} {spelled}", entry.path().display());
        }
    }
    assert!(seen > 200, "{seen}");
}

/// A rule judges nothing in a language that its metadata does not name: there it can neither fail nor be unknown.
#[test]
fn rules_judge_only_what_they_are_meant_for() {
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    let set = backuplint::engine::RuleSet::bundled().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![root.join("tests/lint/cases"), root.join("fixtures/iac")];
    for family in std::fs::read_dir(root.join("rules")).unwrap() {
        let Ok(rules) = std::fs::read_dir(family.unwrap().path()) else { continue };
        for rule in rules.filter_map(Result::ok) {
            let Ok(cases) = std::fs::read_dir(rule.path().join("cases")) else { continue };
            let cases = cases.map(|case| case.unwrap().path());
            let is_code = |path: &PathBuf| {
                let name = path.to_string_lossy();
                [".bicep", ".arm.json"].iter().any(|end| name.ends_with(end))
            };
            paths.extend(cases.filter(is_code));
        }
    }
    let workspace = Workspace::open(&Request { paths, ..Request::default() }).unwrap();
    let declared = Declared::new(&workspace);
    let estate = declared.estate(false);
    let report = auditor.report(&estate, &workspace.documents());
    let (mut wrong, mut judged) = (BTreeSet::new(), BTreeSet::new());
    for finding in report.findings.iter() {
        let is_open = matches!(finding.outcome, OutcomeKind::Fail | OutcomeKind::Unknown);
        // Scripts stand in other code, too.
        let is_judged = is_open && !finding.resource_type.starts_with("Script/");
        let Some(place) = finding.location.as_ref().filter(|_| is_judged) else { continue };
        let input = match place.uri.rsplit('.').next() {
            Some("tf") => Input::Terraform,
            Some("bicep") => Input::Bicep,
            Some("json") => Input::Arm,
            _ => continue,
        };
        let rule = &report.rules[finding.rule];
        let metadata = set.rules.iter().find(|known| known.metadata.id == rule.id).unwrap();
        judged.insert((rule.id.clone(), input));
        if !metadata.metadata.inputs.contains(&input) {
            wrong.insert(format!("{} on {input:?} at {}:{}", rule.id, place.uri, place.start_line));
        }
    }
    assert!(judged.len() > 100, "{}", judged.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
