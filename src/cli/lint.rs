//! `backuplint lint`.

mod changed;
mod fix;

use std::collections::{BTreeMap, BTreeSet};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use clap::Args;
use miette::Diagnostic;
use thiserror::Error;

use super::audit::parse_time;
use super::baseline::Baseline;
use super::{ReportArgs, RuleArgs, printing, rules, terminal};
use crate::code::terraform::project::{Assignment, Options};
use crate::config::InlineSuppression;
use crate::engine::{Clocks, IsWanted, Judging, PlanOptions, Session};
use crate::finding::Finding;
use crate::inventory::{Reason, Time};
use crate::lint::{Declared, Repairs, Request, Workspace};
use crate::result::Report;
use crate::snapshot::Documents;
use changed::changed_since;
use fix::FixArgs;

/// Options of `lint`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backuplint lint
  backuplint lint infra/ --fail-on high
  backuplint lint --fix
  backuplint lint --changed-since origin/main --output sarif=backuplint.sarif
  backuplint lint main.bicep plan.json --format json --outcomes fail,unknown,pass

In code and scripts, `# backuplint:ignore RULE reason` waives a finding where it stands.")]
pub(super) struct LintArgs {
    /// Files and folders of code, scripts and pipelines; .gitignore counts
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Value of a variable of Terraform; repeat for several
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_variable, help_heading = "Terraform")]
    var: Vec<(String, String)>,
    /// File with values of variables of Terraform; repeat for several. --var comes after it
    #[arg(long, value_name = "FILE", help_heading = "Terraform")]
    var_file: Vec<PathBuf>,
    /// Take variables from the environment, as Terraform does (TF_VAR_NAME)
    #[arg(long, help_heading = "Terraform")]
    tf_var_env: bool,
    /// Read the code in Markdown, too; a Markdown file that is named is read anyway
    #[arg(long)]
    markdown: bool,
    /// Report only what stands in files that changed since this revision of Git; whole projects are read all the same
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
    /// The clock, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    as_of: Option<Time>,
    /// Earlier JSON or SARIF report: its findings are shown as known and do not fail
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Exit with 0 where only something could not be read
    #[arg(long)]
    allow_incomplete: bool,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    #[command(flatten)]
    fixes: FixArgs,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// What every reading of the code shares.
struct Prepared<'s> {
    session: Session<'s>,
    is_part: bool,
    /// The files that the report is about, if not all of them.
    wanted: Option<BTreeSet<PathBuf>>,
    baseline: Option<Baseline>,
    now: Time,
}

/// Code, judged.
struct Judged<'r> {
    report: Report<'r>,
    workspace: &'r Workspace,
    /// When everything was read.
    read: Instant,
}

/// There is no code.
#[derive(Debug, Error, Diagnostic)]
#[error("nothing to lint: no Terraform, ARM template, Bicep, script or pipeline in {paths}")]
#[diagnostic(
    code(backuplint::lint::input),
    help(
        "name files or folders of infrastructure code or scripts; files that .gitignore names are not looked at, and Markdown only with --markdown"
    )
)]
struct NoCode {
    paths: String,
}

pub(super) fn run(args: &LintArgs) -> miette::Result<u8> {
    let start = Instant::now();
    printing::use_threads(args.threads)?;
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let (set, config) = rules::load_with_config(&args.rules)?;
    let is_part = config.is_part;
    let session = Session::new(&set, config, &printing::overrides(&args.rules))?;
    let changed =
        args.changed_since.as_deref().map(|revision| changed_since(revision, &args.paths));
    let wanted = wanted(&args.paths, changed.transpose()?);
    let now = args.as_of.unwrap_or_else(Time::now);
    let prepared = Prepared { session, is_part, wanted, baseline, now };
    if args.fixes.diff {
        return judge(args, &prepared, |judged| args.fixes.show(&judged, args.allow_incomplete));
    }
    if args.fixes.writes() {
        args.fixes.repair(|round| judge(args, &prepared, |judged| round(&judged)))?;
    }
    judge(args, &prepared, |judged| print(args, &prepared, judged, start))
}

/// Reads the code, judges it, and gives away what came of it.
fn judge<T>(
    args: &LintArgs,
    prepared: &Prepared<'_>,
    then: impl FnOnce(Judged<'_>) -> miette::Result<T>,
) -> miette::Result<T> {
    let Prepared { session, is_part, wanted, baseline, now } = prepared;
    let request =
        Request { paths: args.paths.clone(), terraform: terraform(args), markdown: args.markdown };
    let (workspace, plan) =
        rayon::join(|| Workspace::open(&request), || session.plan(*now, PlanOptions::default()));
    let (workspace, plan) = (workspace?, plan?);
    let read = Instant::now();
    // The process ends soon, and the system takes millions of values back faster than they are dropped one by one.
    let workspace = ManuallyDrop::new(workspace);
    let declared = ManuallyDrop::new(Declared::new(&workspace));
    let estate = ManuallyDrop::new(declared.estate(*is_part));
    let before = ManuallyDrop::new(declared.before(*is_part));
    let changes = ManuallyDrop::new(declared.changes(&before, &estate));
    if workspace.projects() + workspace.scripts() == 0 && estate.gaps().is_empty() {
        return Err(NoCode { paths: names(args).join(", ") }.into());
    }
    let files = workspace.files().map(|(name, _)| Path::new(name));
    let outputs = args.report.output.iter().map(|(_, file)| file.as_path());
    printing::refuse_to_overwrite(outputs, files.chain(args.baseline.as_deref()))?;
    let documents = workspace.documents();
    let (inline, unclear) = waivers(&workspace, &declared, &documents);
    let outcomes = args.report.outcomes();
    let repairs = OnceLock::new();
    let judging = Judging {
        command: "lint",
        documents: &documents,
        clocks: Clocks { now: *now, wall_clock: *now },
        outcomes: &outcomes,
        inline: &inline,
        is_wanted: wanted.as_ref().map(|wanted| in_files(&workspace, wanted)),
        changes: changes.as_ref(),
        edits: Some(Box::new(|remedy| {
            repairs.get_or_init(|| Repairs::new(&declared, &documents)).edits(remedy)
        })),
    };
    let mut report = session.judge(&plan, &estate, judging);
    report.inputs = names(args);
    report.notices.extend(workspace.notices().iter().cloned());
    report.notices.extend(unclear);
    if let Some(baseline) = baseline {
        baseline.compare(&mut report);
    }
    then(Judged { report, workspace: &workspace, read })
}

fn print(
    args: &LintArgs,
    prepared: &Prepared<'_>,
    judged: Judged<'_>,
    start: Instant,
) -> miette::Result<u8> {
    let Judged { mut report, workspace, read } = judged;
    let judged = Instant::now();
    let code = printing::code(&report, args.allow_incomplete);
    report.findings.keep(args.rules.min_severity);
    // A pull request is no place for what no pull request can answer.
    if args.report.outcomes.is_empty() {
        report.not_assessable = report.findings.only_count(Reason::SourceCannotSay);
    }
    let sources = workspace.shared_files();
    let sources = sources.map(|(name, text)| (name.to_owned(), Arc::clone(text)));
    let sources: BTreeMap<String, Arc<str>> = sources.collect();
    printing::write(&args.report, &report, prepared.session.is_by_control(), sources)?;
    if args.report.verbose {
        let seconds = |from: Instant, to: Instant| (to - from).as_secs_f64();
        terminal::note(&format!(
            "{} projects and {} scripts read in {:.3} s, judged in {:.3} s, written in {:.3} s",
            workspace.projects(),
            workspace.scripts(),
            seconds(start, read),
            seconds(read, judged),
            seconds(judged, Instant::now()),
        ));
    }
    Ok(code)
}

fn parse_variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// How Terraform gets its variables.
fn terraform(args: &LintArgs) -> Options {
    let files = args.var_file.iter().cloned().map(Assignment::File);
    let variables = args.var.iter().cloned();
    let variables = variables.map(|(name, value)| Assignment::Variable(name, value));
    let environment = std::env::vars().filter(|_| args.tf_var_env);
    let environment = environment
        .filter_map(|(name, value)| Some((name.strip_prefix("TF_VAR_")?.to_owned(), value)));
    Options {
        assignments: files.chain(variables).collect(),
        environment: environment.collect(),
        ..Options::default()
    }
}

fn names(args: &LintArgs) -> Vec<String> {
    args.paths.iter().map(|path| path.display().to_string()).collect()
}

/// The files that the report is about, if not all of them. A file of Terraform stands for itself, although its whole
/// folder is one project.
fn wanted(paths: &[PathBuf], changed: Option<BTreeSet<PathBuf>>) -> Option<BTreeSet<PathBuf>> {
    let is_terraform = |path: &PathBuf| {
        let name = path.to_string_lossy();
        path.is_file() && [".tf", ".tf.json"].iter().any(|end| name.ends_with(end))
    };
    if !paths.iter().all(is_terraform) {
        return changed;
    }
    let named: BTreeSet<PathBuf> =
        paths.iter().filter_map(|path| path.canonicalize().ok()).collect();
    Some(match changed {
        Some(changed) => named.intersection(&changed).cloned().collect(),
        None => named,
    })
}

/// Whether a finding, or a step by which its value came, stands in one of these files.
fn in_files<'f>(workspace: &'f Workspace, files: &BTreeSet<PathBuf>) -> Box<IsWanted<'f>> {
    let names: BTreeSet<String> = files.iter().map(|file| workspace.name_of(file)).collect();
    Box::new(move |finding: &Finding| {
        let steps = finding.related.iter().filter_map(|related| related.location.as_ref());
        finding.location.iter().chain(steps).any(|place| names.contains(&place.uri))
    })
}

/// The waivers in comments, and what to say of those that waive nothing.
fn waivers(
    workspace: &Workspace,
    declared: &Declared<'_>,
    documents: &Documents,
) -> (Vec<InlineSuppression>, Vec<String>) {
    let (mut waivers, mut notices) = (Vec::new(), Vec::new());
    for (name, text) in workspace.files() {
        let (found, unclear) = InlineSuppression::read(name, text);
        waivers.extend(found);
        notices.extend(unclear.into_iter().map(|place| {
            format!(
                "{}:{}: a comment without a rule and a reason waives nothing; write `backuplint:ignore RULE reason`",
                place.uri, place.start_line
            )
        }));
    }
    if !waivers.is_empty() {
        for (address, header) in declared.headers() {
            let Some(header) = documents.locate(header) else { continue };
            for waiver in &mut waivers {
                waiver.declare(address, &header);
            }
        }
    }
    (waivers, notices)
}
