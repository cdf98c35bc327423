//! Every `[[fix]]` of every rule, carried out on code: on each failing case of the rule in Terraform, Bicep and ARM JSON, and
//! on those in `cases/RULE/`, which show what no twin of a snapshot does.
//!
//! Afterwards the file can be read, the finding is gone, no rule of the default profile finds anything new, what the edits do
//! not name is as it was, comments included, and the same again changes nothing. A row without a case in a language fails, unless
//! `unsaid.toml` says why that language cannot say it.

#![cfg(feature = "rego")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use backuplint::config::{Config, Overrides};
use backuplint::engine::{Clocks, Judging, Plan, PlanOptions, RuleSet, Session, cases};
use backuplint::finding::{Finding, OutcomeKind, Remedy};
use backuplint::inventory::Time;
use backuplint::lint::{Declared, Fixes, Repairs, Request, Workspace};
use backuplint::rule::Metadata;
use serde::Deserialize;

const ROUNDS: usize = 5;

/// A row of a rule in one language: rule, ARM type, path, ending.
type Row = (String, String, String, &'static str);

/// The endings of cases in code that people write; a plan is computed from it.
const LANGUAGES: [&str; 3] = [".tf", ".bicep", ".arm.json"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unsaid {
    unsaid: Vec<Reason>,
    consequence: Vec<Consequence>,
}

/// What another rule says once a fix is made, and why that is for a person to follow up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consequence {
    rule: String,
    brings: String,
    reason: String,
}

/// Why a row has no case in some languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    rule: String,
    r#type: String,
    path: String,
    languages: Vec<String>,
    reason: String,
}

/// A plan with the session that judges by it.
struct Judge<'s> {
    session: Session<'s>,
    plan: Plan,
}

/// What a folder of code comes to.
struct Verdict {
    gaps: Vec<String>,
    findings: Vec<(String, Finding)>,
    texts: BTreeMap<String, String>,
}

impl<'s> Judge<'s> {
    fn new(set: &'s RuleSet, toml: &str, select: &[&str]) -> Self {
        let config = Config::parse("case.toml", toml, &set.metadata()).expect("valid");
        let select = select.iter().map(|id| (*id).to_owned()).collect();
        let overrides = Overrides { select, ..Overrides::default() };
        let session = Session::new(set, config, &overrides).expect("a session");
        let plan = session.plan(Time(0), PlanOptions::default()).expect("a plan");
        Self { session, plan }
    }

    fn failures(&self, folder: &Path) -> Verdict {
        let request = Request { paths: vec![folder.to_path_buf()], ..Request::default() };
        let workspace = Workspace::open(&request).expect("opens");
        let declared = Declared::new(&workspace);
        let estate = declared.estate(false);
        let documents = workspace.documents();
        let repairs = Repairs::new(&declared, &documents);
        let report = self.session.judge(
            &self.plan,
            &estate,
            Judging {
                command: "lint",
                documents: &documents,
                clocks: Clocks { now: Time(0), wall_clock: Time(0) },
                outcomes: &[OutcomeKind::Fail],
                inline: &[],
                is_wanted: None,
                changes: None,
                edits: Some(Box::new(|remedy| repairs.edits(remedy))),
            },
        );
        let findings = report.findings.iter().filter(|it| it.outcome == OutcomeKind::Fail);
        Verdict {
            gaps: estate.gaps().iter().map(|gap| gap.message.clone()).collect(),
            findings: findings.map(|it| (report.rules[it.rule].id.clone(), it)).collect(),
            texts: workspace
                .files()
                .map(|(name, text)| (name.to_owned(), text.to_string()))
                .collect(),
        }
    }
}

impl Verdict {
    fn remedies(&self, rule: &str) -> Vec<&Remedy> {
        let own = self.findings.iter().filter(|(found, _)| found == rule);
        let remedies = own.filter_map(|(_, finding)| finding.remedy.as_ref());
        remedies.filter(|remedy| !remedy.edits.is_empty()).collect()
    }

    fn keys(&self) -> BTreeSet<(String, String, String)> {
        let key = |(rule, finding): &(String, Finding)| {
            (rule.clone(), finding.resource.clone(), finding.path.clone())
        };
        self.findings.iter().map(key).collect()
    }
}

fn without_numbers(path: &str) -> String {
    let mut parts = path.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest =
        parts.map(|part| format!("[{}", part.trim_start_matches(|c: char| c.is_ascii_digit())));
    first + &rest.collect::<String>()
}

/// What an edit takes away must be a value or blanks, or stand in what comes for it.
fn keeps_what_is_written(text: &str, remedy: &Remedy) -> Option<String> {
    remedy.edits.iter().find_map(|edit| {
        let gone = text.get(edit.start..edit.end)?.trim();
        let is_value = !["\n", "#", "//", "/*"].iter().any(|mark| gone.contains(mark));
        (!is_value && !edit.text.contains(gone)).then(|| format!("takes `{gone}` away"))
    })
}

/// Carries the fixes of a rule out on one case; answers what is wrong, and notes the rows that it shows.
fn check(
    own: &Judge<'_>,
    all: &Judge<'_>,
    rule: &Metadata,
    case: &Path,
    ending: &'static str,
    known: &[Consequence],
    shown: &mut BTreeSet<Row>,
) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let copy = folder.path().join(format!("main{}", ending.trim_start_matches(".arm")));
    fs::copy(case, &copy).map_err(|error| error.to_string())?;
    let before = own.failures(folder.path());
    if before.remedies(&rule.id).is_empty() {
        return Ok(());
    }
    let new_before = all.failures(folder.path()).keys();
    let repaired: Vec<String> = before
        .findings
        .iter()
        .filter(|(_, it)| it.remedy.as_ref().is_some_and(|remedy| !remedy.edits.is_empty()))
        .map(|(_, it)| it.fingerprint.clone())
        .collect();
    let mut verdict = before;
    for round in 0.. {
        let remedies = verdict.remedies(&rule.id);
        if remedies.is_empty() {
            break;
        }
        if round == ROUNDS {
            return Err(format!("never comes to an end: {remedies:?}"));
        }
        for remedy in &remedies {
            let row = (
                rule.id.clone(),
                remedy.kind.to_ascii_lowercase(),
                without_numbers(&remedy.path),
                ending,
            );
            shown.insert(row);
        }
        let fixes = Fixes::choose(remedies.iter().copied(), true);
        let (_, text) = verdict.texts.iter().next().ok_or("no file")?;
        if let Some(problem) = remedies.iter().find_map(|it| keeps_what_is_written(text, it)) {
            return Err(problem);
        }
        let name = fixes.files().next().ok_or("no file is changed")?.to_owned();
        let after = fixes.text_of(&name, text);
        fs::write(&copy, &after).map_err(|error| error.to_string())?;
        verdict = own.failures(folder.path());
        if !verdict.gaps.is_empty() {
            return Err(format!("cannot be read any more: {:?}\n{after}", verdict.gaps));
        }
    }
    let after = fs::read_to_string(&copy).map_err(|error| error.to_string())?;
    if let Some((_, left)) =
        verdict.findings.iter().find(|(_, it)| repaired.contains(&it.fingerprint))
    {
        return Err(format!("still fails at {}: {}\n{after}", left.path, left.message));
    }
    let is_known = |(brings, _, _): &&(String, String, String)| {
        known.iter().any(|known| known.rule == rule.id && known.brings == *brings)
    };
    let after_all = all.failures(folder.path()).keys();
    let new: Vec<_> =
        after_all.difference(&new_before).filter(|key| !is_known(key)).cloned().collect();
    if new.is_empty() { Ok(()) } else { Err(format!("brings {new:?}\n{after}")) }
}

/// The failing cases of a rule in code, its own and those here.
fn failing(rule: &Metadata, folder: &Path) -> Vec<(PathBuf, &'static str)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixes/cases").join(&rule.id);
    let here = fs::read_dir(here).into_iter().flatten().map(|entry| entry.unwrap().path());
    let twins = cases::find_twins(folder).into_iter().filter(|case| {
        case.file_name().is_some_and(|name| name.to_string_lossy().starts_with("fail_"))
    });
    let mut all: Vec<_> = twins
        .chain(here)
        .filter_map(|case| {
            let name = case.to_string_lossy().into_owned();
            let ending = LANGUAGES.into_iter().find(|ending| name.ends_with(ending))?;
            Some((case, ending))
        })
        .collect();
    all.sort();
    all
}

fn toml_of(case: &Path, ending: &str) -> String {
    let name = case.to_string_lossy();
    let stem = name.strip_suffix(ending).unwrap_or(&name);
    fs::read_to_string(format!("{stem}.toml")).unwrap_or_default()
}

#[test]
fn every_fix_repairs_code_in_every_language() {
    let set = RuleSet::bundled().expect("bundled rules load");
    let all = Judge::new(&set, "", &[]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixes/unsaid.toml");
    let unsaid: Unsaid = toml::from_str(&fs::read_to_string(path).unwrap()).expect("valid");
    for Consequence { rule, brings, reason } in &unsaid.consequence {
        assert!(reason.len() > 20, "{rule} {brings}: {reason}");
    }
    let mut shown: BTreeSet<Row> = BTreeSet::new();
    let mut wanted: BTreeSet<Row> = BTreeSet::new();
    let mut wrong = Vec::new();
    for bundled in backuplint::rules::BUNDLED {
        let rule = Metadata::parse(bundled.toml).expect("valid");
        if rule.fixes.is_empty() {
            continue;
        }
        for (fix, ending) in rule.fixes.iter().flat_map(|fix| LANGUAGES.map(|ending| (fix, ending)))
        {
            let kind = fix.r#type.to_ascii_lowercase();
            wanted.insert((rule.id.clone(), kind, fix.path.clone(), ending));
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(bundled.folder);
        for (case, ending) in failing(&rule, &folder) {
            let own = Judge::new(&set, &toml_of(&case, ending), &[&rule.id]);
            if let Err(problem) =
                check(&own, &all, &rule, &case, ending, &unsaid.consequence, &mut shown)
            {
                wrong.push(format!("{}: {problem}", case.display()));
            }
        }
    }
    let mut excused: BTreeSet<Row> = BTreeSet::new();
    for Reason { rule, r#type, path, languages, reason } in unsaid.unsaid {
        assert!(reason.len() > 20, "{rule}: {reason}");
        for language in languages {
            let ending = LANGUAGES.into_iter().find(|ending| ending[1..] == *language);
            let ending = ending.expect("a language");
            excused.insert((rule.clone(), r#type.to_ascii_lowercase(), path.clone(), ending));
        }
    }
    wrong.extend(excused.difference(&wanted).map(|row| format!("excuses no row: {row:?}")));
    wrong.extend(excused.intersection(&shown).map(|row| format!("can be said: {row:?}")));
    let open = wanted.difference(&shown).filter(|row| !excused.contains(*row));
    wrong.extend(open.map(|row| format!("no case shows {row:?}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
