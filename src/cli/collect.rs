//! `backuplint collect`.

mod show;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::live::{self, Ending, LiveArgs, Loudness, Meter, Target};
use super::{exit, terminal};
use crate::collect::CollectError;
use crate::collect::preflight::preflight;
use crate::inventory::Time;
use crate::report;
use crate::snapshot::write::{Packing, Written};

/// Options of `collect`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backuplint collect --plan
  backuplint collect --preflight
  backuplint collect -o snapshot/
  backuplint collect -o snapshot/ --management-group corp --without directory
  backuplint collect -o snapshot/ --resume

It reads, and changes nothing: GET, and queries of Resource Graph. The role Reader is enough for all but
groups in Microsoft Graph.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(group(clap::ArgGroup::new("what").required(true).args(["output", "plan", "preflight"])))]
pub(super) struct CollectArgs {
    /// Folder for the snapshot: a new or an empty one
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Go on with a snapshot that was begun and not finished
    #[arg(long, requires = "output")]
    resume: bool,
    /// Only print what would be asked, and the permissions that it takes; nobody signs in
    #[arg(long)]
    plan: bool,
    /// Only ask what the signed-in identity may not read
    #[arg(long)]
    preflight: bool,
    /// Pack the files with zstd
    #[arg(long, requires = "output")]
    zstd: bool,
    /// Exit with 0 where only something could not be read
    #[arg(long)]
    allow_incomplete: bool,
    /// Only errors
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Every request
    #[arg(long, short)]
    verbose: bool,
    /// No progress bars
    #[arg(long)]
    no_progress: bool,
    #[command(flatten)]
    live: LiveArgs,
}

pub(super) fn run(args: &CollectArgs) -> miette::Result<u8> {
    let (plan, scopes) = (args.live.plan()?, args.live.scopes()?);
    for name in plan.orphans() {
        terminal::note(&format!("note: {name} is not collected: what it follows from is not"));
    }
    if args.plan {
        let text = show::plan(&plan, &scopes);
        return terminal::print(text.as_bytes()).map(|()| exit::CLEAN);
    }
    let meter = Arc::new(Meter::new(loudness(args.quiet, args.verbose, args.no_progress)));
    let Some(folder) = &args.output else {
        let findings = live::block_on(async {
            let connected = args.live.connect(&meter).await?;
            Ok(preflight(&connected.client, &plan, &scopes).await)
        })?;
        return match findings {
            Ok(findings) => {
                let (text, is_complete) = show::findings(&findings);
                terminal::print(text.as_bytes())?;
                Ok(if is_complete || args.allow_incomplete {
                    exit::CLEAN
                } else {
                    exit::INCOMPLETE
                })
            }
            Err(error) => Ok(live::complain(error, None)),
        };
    };
    let target = Target {
        folder,
        started_at: Time::now(),
        packing: if args.zstd { Packing::Zstd } else { Packing::Plain },
        is_lasting: true,
        resume: args.resume,
    };
    target.check()?;
    let ending = live::block_on(async {
        let connected = args.live.connect(&meter).await?;
        live::collect(&connected, (&plan, &scopes), &target, &meter).await
    })?;
    match ending {
        Ending::Written(written) => Ok(conclude(args, folder, &written)),
        Ending::Early(error) => {
            let can_go_on = matches!(error, CollectError::Stopped | CollectError::SignIn(_));
            let advice = "what was read so far is kept: go on with the same options and --resume";
            Ok(live::complain(error, can_go_on.then_some(advice)))
        }
    }
}

/// How much a command shows of a run.
pub(super) fn loudness(is_quiet: bool, is_verbose: bool, no_progress: bool) -> Loudness {
    match (is_quiet, is_verbose, no_progress) {
        (true, ..) => Loudness::Quiet,
        (_, true, _) => Loudness::Verbose,
        (.., true) => Loudness::Lines,
        _ => Loudness::Usual,
    }
}

fn conclude(args: &CollectArgs, folder: &std::path::Path, written: &Written) -> u8 {
    let is_complete = written.gaps == 0;
    if !args.quiet {
        let name = report::visible(&folder.display().to_string()).into_owned();
        let Written { records, files, gaps, .. } = written;
        terminal::note(&format!("{records} resources in {files} files: {name}"));
        let dropped: u64 = written.dropped.values().sum();
        if dropped > 0 {
            terminal::note(&format!("{dropped} properties that hold secrets were left out"));
        }
        if !is_complete {
            terminal::note(&format!(
                "{gaps} of the questions found no answer; the audit says which rules that blinds"
            ));
        }
        terminal::note(&format!("next: backuplint audit {name}"));
    }
    if is_complete || args.allow_incomplete { exit::CLEAN } else { exit::INCOMPLETE }
}
