//! `backuplint audit`.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use miette::Diagnostic;
use thiserror::Error;

use super::baseline::Baseline;
use super::live::{LiveArgs, Opened};
use super::world::{self, Azure, World};
use super::{ReportArgs, RuleArgs, collect, printing, terminal};
use crate::engine::{Clocks, PlanOptions, Session};
use crate::inventory::{Estate, Time};
use crate::snapshot::Inputs;

/// Options of `audit`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backuplint audit --demo
  backuplint audit snapshot/
  backuplint audit --live
  az backup vault list -o json | backuplint audit -
  backuplint audit export.json --format json --outcomes fail,unknown,pass
  backuplint audit snapshot/ --output sarif=backup.sarif --fail-on high

What a LIST leaves out is unknown, never off: collect with GET or a snapshot to decide it.")]
pub(super) struct AuditArgs {
    /// Snapshots or exported JSON: files, folders, `-` for standard input
    #[arg(
        value_name = "INPUT",
        required_unless_present_any = ["demo", "live"],
        conflicts_with_all = ["demo", "live"]
    )]
    inputs: Vec<PathBuf>,
    /// Audit the example estate shipped in the program
    #[arg(long)]
    demo: bool,
    /// Read Azure instead, with the sign-in that is set up
    #[arg(long, conflicts_with = "demo")]
    live: bool,
    /// Keep what was read in this folder, as `collect` does
    #[arg(long, value_name = "DIR", requires = "live")]
    save: Option<PathBuf>,
    /// The clock, RFC 3339 [default: the snapshot's collection time, else now]
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
    azure: LiveArgs,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    report: ReportArgs,
}

pub(super) fn parse_time(text: &str) -> Result<Time, String> {
    Time::parse(text)
        .ok_or_else(|| format!("`{text}` is no time; write for example 2026-11-20T02:00:00Z"))
}

/// Active rules judge nothing among what was read.
#[derive(Debug, Error, Diagnostic)]
#[error("nothing was judged: no active rule speaks of what was read")]
#[diagnostic(
    code(backuplint::input),
    help("export vaults, protected items and virtual machines, or choose other rules")
)]
struct NothingJudged;

pub(super) fn run(args: &AuditArgs) -> miette::Result<u8> {
    let start = Instant::now();
    printing::use_threads(args.threads)?;
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let world = world(args);
    let (set, config) = world.configured()?;
    // The process ends soon, and the system takes memory back faster than values are dropped one by one.
    let set = ManuallyDrop::new(set);
    let overrides = printing::overrides(&args.rules);
    let session = Session::new(&set, config, &overrides)?;
    let begun = args.as_of.unwrap_or_else(Time::now);
    let prepare = |now| session.plan(now, PlanOptions::default());
    // While Azure is asked there is time to prepare the rules, for the time that the snapshot will have.
    let (opened, early) = std::thread::scope(|scope| {
        let early = args.live.then(|| scope.spawn(|| prepare(begun)));
        (world.open(begun), early.and_then(|thread| thread.join().ok()))
    });
    let inputs = match opened? {
        Opened::Inputs(inputs) => ManuallyDrop::new(inputs),
        Opened::Early(code) => return Ok(code),
    };
    let read = world::files(&inputs).chain(args.baseline.as_deref());
    printing::refuse_to_overwrite(args.report.output.iter().map(|(_, file)| file.as_path()), read)?;
    let opened = Instant::now();
    let hides = args.report.no_progress || args.report.quiet;
    let spinner = spinner(&inputs, hides, "auditing");
    // Otherwise they are prepared while the estate is read, for the time that its manifest promises.
    let started = Time::now();
    let expected = args.as_of.or_else(|| inputs.collected_at()).unwrap_or(started);
    let (estate, prepared) = match early.filter(|_| expected == begun) {
        Some(prepared) => (inputs.read(), prepared),
        None => rayon::join(|| inputs.read(), || prepare(expected)),
    };
    let estate = ManuallyDrop::new(estate);
    world.inspected(&estate)?;
    let read = Instant::now();
    let now = world.now(&estate, started);
    // The shipped estate never ages, and a given clock is the only one.
    let wall_clock = if args.demo { now } else { args.as_of.unwrap_or(started) };
    let clocks = Clocks { now, wall_clock };
    let plan = if clocks.now == expected { prepared? } else { prepare(clocks.now)? };
    let plan = ManuallyDrop::new(plan);
    let outcomes = args.report.outcomes();
    let mut report = session.audit(&plan, &inputs, &estate, clocks, &outcomes);
    report.inputs = world.names();
    if let Some((oldest, newest)) = span(&estate) {
        report.notices.push(format!(
            "snapshots from {oldest} to {newest} are judged as one: what was deleted in between still counts as there"
        ));
    }
    if let Some(place) = &estate.reading.first_mistyped {
        let count = match estate.reading.mistyped {
            1 => "one body has a type that contradicts its id".to_owned(),
            many => format!("{many} bodies have a type that contradicts their id"),
        };
        report.notices.push(format!(
            "{count} (the first at {place}): the id counts, if this version knows its type"
        ));
    }
    if let Some(baseline) = &baseline {
        baseline.compare(&mut report);
    }
    let judged = Instant::now();
    if let Some(spinner) = spinner {
        spinner.finish_and_clear();
    }
    if report.summary.evaluations == 0 && report.gaps.is_empty() && report.rule_errors.is_empty() {
        return Err(NothingJudged.into());
    }
    let code = printing::code(&report, args.allow_incomplete);
    // What is below the threshold of listing still counts for the exit code.
    report.findings.keep(args.rules.min_severity);
    printing::write(&args.report, &report, session.is_by_control(), BTreeMap::new())?;
    if args.report.verbose {
        let seconds = |from: Instant, to: Instant| (to - from).as_secs_f64();
        terminal::note(&format!(
            "opened in {:.3} s, read in {:.3} s, judged in {:.3} s, written in {:.3} s",
            seconds(start, opened),
            seconds(opened, read),
            seconds(read, judged),
            seconds(judged, Instant::now()),
        ));
    }
    Ok(code)
}

/// The times of the oldest and the newest snapshot, if they differ.
fn span(estate: &Estate<'_>) -> Option<(Time, Time)> {
    let times = estate.snapshots.iter().filter_map(|snapshot| snapshot.collected_at);
    let (oldest, newest) = (times.clone().min()?, times.max()?);
    (oldest != newest).then_some((oldest, newest))
}

fn world(args: &AuditArgs) -> World<'_> {
    let AuditArgs { report, rules, .. } = args;
    World {
        inputs: &args.inputs,
        is_demo: args.demo,
        azure: Some(Azure {
            options: &args.azure,
            is_wanted: args.live,
            save: args.save.as_deref(),
            loudness: collect::loudness(report.quiet, report.verbose, report.no_progress),
        }),
        configuration: rules.configuration(),
        as_of: args.as_of,
        is_quiet: report.quiet,
    }
}

/// Data from which on reading takes more than about a second.
const LARGE_BYTES: u64 = 1 << 30;

pub(super) fn spinner(
    inputs: &Inputs,
    is_hidden: bool,
    doing: &str,
) -> Option<indicatif::ProgressBar> {
    let bytes: u64 =
        inputs.documents().iter().map(|document| document.content().len() as u64).sum();
    if is_hidden || bytes < LARGE_BYTES {
        return None;
    }
    // Hidden by itself where standard error is no terminal.
    let spinner = indicatif::ProgressBar::new_spinner();
    spinner.set_message(format!("{doing} {}", indicatif::HumanBytes(bytes)));
    spinner.enable_steady_tick(std::time::Duration::from_millis(120));
    Some(spinner)
}
