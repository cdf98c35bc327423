//! `lint --fix`, `--unsafe-fixes` and `--diff`: what findings say can be repaired, done or shown.

use std::collections::BTreeSet;
use std::io::Write as _;

use clap::Args;
use miette::IntoDiagnostic as _;

use super::Judged;
use crate::cli::{exit, terminal};
use crate::finding::{OutcomeKind, Remedy};
use crate::lint::Fixes;
use crate::report::visible;
use crate::result::Report;

/// Rounds of repairs: a fix may bring up what only the next one repairs.
const ROUNDS: usize = 10;

/// What is to be repaired.
#[derive(Debug, Args)]
pub(super) struct FixArgs {
    /// Repair in the files what can be repaired safely, and report what is left
    #[arg(long)]
    fix: bool,
    /// The same with repairs that cannot be taken back, cost money, destroy something, or may stop a backup or restore
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show the repairs as a unified diff, the code as it stands, secrets too, and write nothing; exit with 1 if there are any, and with 3 if something was not read
    #[arg(long)]
    pub diff: bool,
}

impl FixArgs {
    /// Whether files are written.
    pub fn writes(&self) -> bool {
        (self.fix || self.unsafe_fixes) && !self.diff
    }

    /// Prints the repairs as a diff. What could not be read, nobody can repair.
    pub fn show(&self, judged: &Judged<'_>, allow_incomplete: bool) -> miette::Result<u8> {
        let (fixes, _) = self.choose(&judged.report, &BTreeSet::new());
        let mut out = std::io::stdout().lock();
        for (name, text) in judged.workspace.files() {
            if fixes.files().any(|file| file == name) {
                let written = out.write_all(fixes.diff_of(name, text).as_bytes());
                match written {
                    Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(1),
                    other => other.into_diagnostic()?,
                }
            }
        }
        tell(&fixes, "would repair");
        tell_unread(&judged.report);
        Ok(match fixes.is_empty() {
            false => exit::FINDINGS,
            true if judged.report.gaps.is_empty() || allow_incomplete => exit::CLEAN,
            true => exit::INCOMPLETE,
        })
    }

    /// Repairs, round by round, until nothing is left that can be. `judge` reads and judges everything anew.
    pub fn repair(
        &self,
        mut judge: impl FnMut(
            &mut dyn FnMut(&Judged<'_>) -> miette::Result<bool>,
        ) -> miette::Result<bool>,
    ) -> miette::Result<()> {
        // What was tried once and is still found is left to a person.
        let mut tried = BTreeSet::new();
        let mut repaired = 0;
        let mut files = BTreeSet::new();
        for _ in 0..ROUNDS {
            let mut round = |judged: &Judged<'_>| {
                let (fixes, now) = self.choose(&judged.report, &tried);
                if fixes.is_empty() {
                    tell_rest(&fixes);
                    return Ok(false);
                }
                let workspace = judged.workspace;
                fixes.write(workspace.boundary(), |name| workspace.text(name))?;
                repaired += fixes.repaired;
                files.extend(fixes.files().map(str::to_owned));
                tried.extend(now);
                Ok(true)
            };
            if !judge(&mut round)? {
                break;
            }
        }
        if repaired > 0 {
            terminal::note(&format!("repaired {}", in_files(repaired, files.len())));
        }
        Ok(())
    }

    /// The repairs of failures that count, and the fingerprints of those.
    fn choose(&self, report: &Report<'_>, tried: &BTreeSet<String>) -> (Fixes, Vec<String>) {
        let failures = report.findings.of(|outline| {
            outline.outcome == OutcomeKind::Fail
                && !outline.suppressed
                && !report.rules[outline.rule].fixes.is_empty()
        });
        let found = failures.filter(|finding| !tried.contains(&finding.fingerprint));
        let (fingerprints, remedies): (Vec<String>, Vec<Remedy>) = found
            .filter_map(|finding| Some((finding.fingerprint, finding.remedy?)))
            .filter(|(_, remedy)| !remedy.edits.is_empty())
            .unzip();
        let fixes = Fixes::choose(&remedies, self.unsafe_fixes);
        // Whatever follows an element that was taken out has its place, and its fingerprint, now.
        let is_for_good =
            |at: &&usize| remedies.get(**at).is_some_and(|remedy| remedy.value.is_some());
        let chosen = fixes.chosen.iter().filter(is_for_good);
        let chosen = chosen.filter_map(|at| fingerprints.get(*at).cloned()).collect();
        (fixes, chosen)
    }
}

/// `1 finding in 1 file`
fn in_files(findings: usize, files: usize) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    format!("{findings} finding{} in {files} file{}", plural(findings), plural(files))
}

fn tell(fixes: &Fixes, what: &str) {
    if fixes.repaired > 0 {
        let files = fixes.files().count();
        terminal::note(&format!("{what} {}", in_files(fixes.repaired, files)));
    }
    if fixes.waiting > 0 {
        terminal::note(&format!("{} more touch the same lines and come next", fixes.waiting));
    }
    tell_rest(fixes);
}

/// Says what was not read.
fn tell_unread(report: &Report<'_>) {
    const MOST: usize = 10;
    for gap in report.gaps.iter().take(MOST) {
        let told = format!("not read: {}: {}", gap.scope, gap.message);
        terminal::note(&visible(&told));
    }
    if report.gaps.len() > MOST {
        terminal::note(&format!("not read: {} more", report.gaps.len() - MOST));
    }
}

fn tell_rest(fixes: &Fixes) {
    if fixes.not_asked > 0 {
        terminal::note(&format!(
            "{} more only with --unsafe-fixes: read first what they change",
            fixes.not_asked
        ));
    }
}
