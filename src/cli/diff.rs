//! `backuplint diff OLD NEW`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use miette::Diagnostic;
use thiserror::Error;

use super::{ColorChoice, RuleArgs, exit, output, printing, rules, terminal, world};
use crate::access::Access;
use crate::change::Changes;
use crate::diff::{self, Present, Side, SideError};
use crate::engine::{Clocks, Judging, Plan, PlanOptions, Session};
use crate::finding::OutcomeKind;
use crate::inventory::{Estate, Time};
use crate::report;
use crate::report::diff::{Beside, Form, write};
use crate::snapshot::Inputs;

/// Options of `diff`.
#[derive(Debug, Args)]
#[command(
    after_help = "Two snapshots also show protection that got weaker, items that vanished, and who gained rights over backups;
two reports (`--format json` of audit or lint) only findings. A finding of which nobody can tell any more is
unclear, not fixed. Exit code 1: something new or worse weighs at least --fail-on, or somebody gained rights; 3: nothing
did, and something could not be read.

Examples:
  backuplint diff snapshot-monday/ snapshot-tuesday/
  backuplint diff old.json new.json --format markdown > changes.md
  backuplint diff main.json branch.json --fail-on high"
)]
pub(super) struct DiffArgs {
    /// What there was: a snapshot, exported JSON, or a report in JSON
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// What there is
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Exit with 0 where only something could not be read
    #[arg(long)]
    allow_incomplete: bool,
    #[command(flatten)]
    rules: RuleArgs,
    /// Format on standard output
    #[arg(long, value_name = "NAME", default_value = "human", value_enum, help_heading = "Report")]
    format: FormName,
    /// Also write the comparison to a file; repeat for several
    #[arg(long, value_name = "FORMAT=FILE", value_parser = printing::format_and_file("markdown=diff.md", printing::form::<FormName>), help_heading = "Report")]
    output: Vec<(FormName, PathBuf)>,
    /// Colours [default: when standard output is a terminal and NO_COLOR is not set]
    #[arg(long, value_name = "WHEN", default_value = "auto", value_enum, help_heading = "Report")]
    color: ColorChoice,
    /// Only the comparison: no notices
    #[arg(long, short, help_heading = "Report")]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormName {
    Human,
    Json,
    Markdown,
}

impl From<FormName> for Form {
    fn from(name: FormName) -> Self {
        match name {
            FormName::Human => Self::Human,
            FormName::Json => Self::Json,
            FormName::Markdown => Self::Markdown,
        }
    }
}

/// A side that cannot be compared.
#[derive(Debug, Error, Diagnostic)]
#[error("cannot compare {path}: {cause}")]
#[diagnostic(
    code(backuplint::diff),
    help(
        "a side is a snapshot, exported JSON, or a report: `backuplint audit … --output json=report.json`"
    )
)]
struct DiffError {
    path: String,
    cause: String,
}

/// What a path holds.
enum Given {
    Report(Box<Side>),
    Inputs(Box<Inputs>),
}

pub(super) fn run(args: &DiffArgs) -> miette::Result<u8> {
    let outputs = args.output.iter().map(|(_, file)| file.as_path());
    printing::refuse_to_overwrite(outputs, [&*args.old, &*args.new].into_iter())?;
    let (set, config) = rules::load_with_config(&args.rules)?;
    let session = Session::new(&set, config, &printing::overrides(&args.rules))?;
    let (old, new) = (given(&args.old, args.quiet)?, given(&args.new, args.quiet)?);
    for side in [&old, &new] {
        let Given::Inputs(inputs) = side else { continue };
        let outputs = args.output.iter().map(|(_, file)| file.as_path());
        printing::refuse_to_overwrite(outputs, world::files(inputs))?;
    }
    match (old, new) {
        (Given::Inputs(old), Given::Inputs(new)) => of_estates(args, &session, &old, &new),
        (old, new) => {
            let old = into_side(&session, old, &args.old)?;
            match new {
                Given::Report(new) => {
                    let diff = diff::compare(&old, &new, |verdict| new.shows(verdict));
                    print(args, &session, &diff, &old, &new)
                }
                Given::Inputs(inputs) => {
                    let estate = read(&inputs, &args.new)?;
                    let new = judged(&session, &inputs, &estate, None, &args.new)?;
                    let present = Present::new(&estate);
                    let diff = diff::compare(&old, &new, |verdict| present.shows(verdict));
                    print(args, &session, &diff, &old, &new)
                }
            }
        }
    }
}

fn of_estates(
    args: &DiffArgs,
    session: &Session<'_>,
    old_inputs: &Inputs,
    new_inputs: &Inputs,
) -> miette::Result<u8> {
    let (before, after) =
        rayon::join(|| read(old_inputs, &args.old), || read(new_inputs, &args.new));
    let (before, after) = (before?, after?);
    let changes = Changes::between(&before, &after);
    let old = judged(session, old_inputs, &before, None, &args.old)?;
    let new = judged(session, new_inputs, &after, Some(&changes), &args.new)?;
    let present = Present::new(&after);
    let mut diff = diff::compare(&old, &new, |verdict| present.shows(verdict));
    let (was, is) = (time(&before), time(&after));
    let indexes = (world::index(&before, was), world::index(&after, is));
    let gained = diff::gained(
        (&before, Access::new(&indexes.0, &before)),
        (&after, Access::new(&indexes.1, &after)),
    );
    diff.estates = Some(diff::between(&changes, &new, gained));
    print(args, session, &diff, &old, &new)
}

fn time(estate: &Estate<'_>) -> Time {
    estate.collected_at().unwrap_or_else(Time::now)
}

/// Judges a side by the rules of this run.
fn judged(
    session: &Session<'_>,
    inputs: &Inputs,
    estate: &Estate<'_>,
    changes: Option<&Changes<'_, '_>>,
    path: &Path,
) -> miette::Result<Side> {
    let now = time(estate);
    let plan: Plan = session.plan(now, PlanOptions::default())?;
    let outcomes = [OutcomeKind::Fail, OutcomeKind::Unknown];
    let judging = Judging {
        command: "diff",
        documents: inputs.documents(),
        clocks: Clocks { now, wall_clock: now },
        outcomes: &outcomes,
        inline: &[],
        is_wanted: None,
        changes,
        edits: None,
    };
    let report = session.judge(&plan, estate, judging);
    Ok(Side::of(path.display().to_string(), &report))
}

fn into_side(session: &Session<'_>, given: Given, path: &Path) -> miette::Result<Side> {
    match given {
        Given::Report(side) => Ok(*side),
        Given::Inputs(inputs) => judged(session, &inputs, &read(&inputs, path)?, None, path),
    }
}

/// Reads a side that is no report.
fn read<'i>(inputs: &'i Inputs, path: &Path) -> miette::Result<Estate<'i>> {
    let estate = inputs.read();
    world::inspected(&[path.display().to_string()], &estate)?;
    Ok(estate)
}

/// Opens a side: a report, if the file says that it is one.
fn given(path: &Path, is_quiet: bool) -> miette::Result<Given> {
    let name = path.display().to_string();
    if path.is_file() {
        let error = |cause: String| DiffError {
            path: report::visible(&name).into_owned(),
            cause: report::visible(&cause).into_owned(),
        };
        let bytes = std::fs::read(path).map_err(|cause| error(cause.to_string()))?;
        if is_report(&bytes) {
            let text = String::from_utf8(bytes).map_err(|cause| error(cause.to_string()))?;
            let side = Side::parse(name.clone(), &text);
            let side = side.map_err(|cause: SideError| error(cause.to_string()))?;
            return Ok(Given::Report(Box::new(side)));
        }
    }
    let inputs = world::open(&[path.to_owned()], is_quiet)?;
    Ok(Given::Inputs(Box::new(inputs)))
}

/// Whether a file begins as the reports of this program, or as SARIF.
fn is_report(bytes: &[u8]) -> bool {
    const HEAD: usize = 400;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let head: String = head.split_whitespace().collect();
    head.starts_with('{')
        && (head.contains("\"schema\":\"backuplint.") && !head.contains("backuplint.snapshot/")
            || head.contains("\"version\":\"2.1.0\""))
}

fn is_later(one: &str, other: &str) -> bool {
    matches!((Time::parse(one), Time::parse(other)), (Some(one), Some(other)) if one > other)
}

fn print(
    args: &DiffArgs,
    session: &Session<'_>,
    diff: &diff::Diff<'_>,
    old: &Side,
    new: &Side,
) -> miette::Result<u8> {
    let fail_on = session.fail_on();
    let beside = Beside { old, new, fail_on };
    let mut options = report::Options { width: terminal::width(), ..report::Options::default() };
    for (form, file) in &args.output {
        output::write_file(file, |out| write(diff, beside, (*form).into(), out, &options))?;
    }
    if !args.quiet && is_later(&old.as_of, &new.as_of) {
        let (old, new) = (report::visible(&old.as_of), report::visible(&new.as_of));
        terminal::note(&format!(
            "note: what there was is of {old}, and what there is of {new}: the newer one belongs last"
        ));
    }
    options.color = terminal::has_color(args.color);
    terminal::print_with(|out| write(diff, beside, args.format.into(), out, &options))?;
    for error in old.rule_errors.iter().chain(&new.rule_errors) {
        terminal::note(&format!("error: {}", report::visible(error)));
    }
    Ok(if !old.rule_errors.is_empty() || !new.rule_errors.is_empty() {
        exit::ERROR
    } else if diff.is_worse(fail_on) {
        exit::FINDINGS
    } else if diff.is_partial(new) && !args.allow_incomplete {
        exit::INCOMPLETE
    } else {
        exit::CLEAN
    })
}
