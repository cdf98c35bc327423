//! `backuplint review CHANGE`.

mod plan;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use miette::{Diagnostic, IntoDiagnostic};
use thiserror::Error;

use super::live::{LiveArgs, Opened};
use super::printing::Overwrites;
use super::world::{self, Azure, Configuration, World};
use super::{ColorChoice, collect, exit, output, printing, repository, rules, terminal};
use crate::access::Access;
use crate::access::operation::{self, OPERATIONS};
use crate::config::ReviewOptions;
use crate::encoding::decode;
use crate::inventory::{Estate, Time};
use crate::report::{self, review::Form};
use crate::review::{
    self, CommandLine, Demand, MinimumOf, NoSubject, Parameters, Request, Told, Verdict,
};
use crate::script;
use crate::snapshot::Inputs;

/// Bodies that a command is given as files; a larger one is none.
const LARGEST_BODY: u64 = 1 << 20;

/// Options of `review`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
#[command(after_help = after_help())]
#[command(group(clap::ArgGroup::new("world").args(["estate", "demo", "live"])))]
pub(super) struct ReviewArgs {
    /// The change request, TOML or JSON, or a plan of Terraform as JSON; `-` for a request on standard input
    #[arg(value_name = "CHANGE", required_unless_present_any = ["new", "before", "command"])]
    change: Option<PathBuf>,
    /// Instead: what there was, code or a snapshot
    #[arg(long, value_name = "PATH", requires = "after", conflicts_with_all = ["change", "new"])]
    before: Option<PathBuf>,
    /// And what there will be
    #[arg(long, value_name = "PATH", requires = "before")]
    after: Option<PathBuf>,
    /// Instead: one command of az or Azure PowerShell; commands that only read may stand before it
    #[arg(long, value_name = "LINE", conflicts_with_all = ["change", "new", "before"])]
    command: Option<String>,
    /// Who is to apply a plan, or to run a command: object id or sign-in name; a change request says it itself
    #[arg(long, value_name = "PRINCIPAL")]
    caller: Option<String>,
    /// Who agreed to a plan or a command: object id or sign-in name; a change request says it itself
    #[arg(long, value_name = "PRINCIPAL")]
    approved_by: Option<String>,
    /// Where the change of a plan or a command is tracked; a change request says it itself
    #[arg(long, value_name = "TEXT")]
    ticket: Option<String>,
    /// Write a commented request for this operation instead
    #[arg(long, value_name = "OPERATION", conflicts_with_all = ["change", "world"])]
    new: Option<String>,
    /// Snapshot or exported JSON: a file, a folder; repeat for several
    #[arg(long, value_name = "INPUT")]
    estate: Vec<PathBuf>,
    /// Review against the example estate shipped in the program
    #[arg(long)]
    demo: bool,
    /// Read Azure instead, with the sign-in that is set up
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    azure: LiveArgs,
    /// Configuration file, of which [review] is read, instead of the backuplint.toml found upwards from here
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ignore any backuplint.toml
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
    /// The clock, RFC 3339 [default: the snapshot's collection time, else now]
    #[arg(long, value_name = "TIME", value_parser = super::audit::parse_time)]
    as_of: Option<Time>,
    /// Exit with 0 where something that decides could not be read
    #[arg(long)]
    allow_incomplete: bool,
    /// Format on standard output
    #[arg(long, value_name = "NAME", default_value = "human", value_enum)]
    format: FormName,
    /// Also write a review to a file; repeat for several
    #[arg(long, value_name = "FORMAT=FILE", value_parser = printing::format_and_file("markdown=review.md", printing::form::<FormName>))]
    output: Vec<(FormName, PathBuf)>,
    /// Colours [default: when standard output is a terminal and NO_COLOR is not set]
    #[arg(long, value_name = "WHEN", default_value = "auto", value_enum)]
    color: ColorChoice,
    /// Only the review: no notices
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormName {
    Human,
    Json,
    Markdown,
    Sarif,
}

impl From<FormName> for Form {
    fn from(name: FormName) -> Self {
        match name {
            FormName::Human => Self::Human,
            FormName::Json => Self::Json,
            FormName::Markdown => Self::Markdown,
            FormName::Sarif => Self::Sarif,
        }
    }
}

/// What cannot be reviewed.
#[derive(Debug, Error, Diagnostic)]
enum ReviewError {
    #[error("cannot read {path}: {cause}")]
    #[diagnostic(
        code(backuplint::review),
        help("check the path; `backuplint review --new OPERATION` writes a request")
    )]
    Unreadable { path: String, cause: std::io::Error },
    #[error("{path} is a plan as Terraform saves it")]
    #[diagnostic(
        code(backuplint::review),
        help("`terraform show -json {path} > plan.json` writes what can be reviewed")
    )]
    SavedPlan { path: String },
    #[error("a plan of Terraform on standard input: a plan is read from a file")]
    #[diagnostic(
        code(backuplint::review),
        help("`terraform show -json tfplan > plan.json && backuplint review plan.json`")
    )]
    PlanOnInput,
    #[error("there is no operation `{id}`")]
    #[diagnostic(code(backuplint::review))]
    NoOperation {
        id: String,
        #[help]
        help: String,
    },
    #[error("{on} is not in the estate")]
    #[diagnostic(code(backuplint::review))]
    NotThere {
        on: String,
        #[help]
        help: String,
    },
    #[error("{on} is not what {operation} is done to")]
    #[diagnostic(code(backuplint::review), help("it is done to {wants}"))]
    WrongKind { on: String, operation: &'static str, wants: &'static str },
    #[error("nothing to review: [select] selects nothing in the estate")]
    #[diagnostic(
        code(backuplint::review),
        help(
            "all that is given must hold; patterns compare without case, and * stands for any text"
        )
    )]
    NothingSelected,
    #[error("{what} needs the estate that it is reviewed against")]
    #[diagnostic(code(backuplint::review), help("add --estate SNAPSHOT, --live or --demo"))]
    NoEstate { what: String },
    #[error("a change request says itself who does it, who agreed and what its ticket is")]
    #[diagnostic(
        code(backuplint::review),
        help("write `caller`, `approved-by` and `ticket` in {path}, and leave the options out")
    )]
    SaysItself { path: String },
}

pub(super) fn run(args: &ReviewArgs) -> miette::Result<u8> {
    let outputs = args.output.iter().map(|(_, file)| file.as_path());
    let given = args.change.iter().chain(&args.before).chain(&args.after).chain(&args.estate);
    printing::refuse_to_overwrite(outputs, given.map(PathBuf::as_path))?;
    if let Some(id) = &args.new {
        let operation = operation::find(id).ok_or_else(|| no_operation(id))?;
        terminal::print(review::template(operation).as_bytes())?;
        return Ok(exit::CLEAN);
    }
    if let (Some(before), Some(after)) = (&args.before, &args.after) {
        return plan::of_versions(args, before, after);
    }
    if let Some(text) = &args.command {
        return of_command(args, text);
    }
    let path = args.change.as_deref().unwrap_or(Path::new("-"));
    let (name, text) = read(path)?;
    if plan::is_plan(&text) {
        if path == Path::new("-") {
            return Err(ReviewError::PlanOnInput.into());
        }
        return plan::of_plan(args, path);
    }
    refuse_options(args, &name)?;
    let request = Request::parse(&name, &text)?;
    judge(args, &name, |_, _| Ok(request))
}

/// A change that is one command, whose names are looked up in the estate.
fn of_command(args: &ReviewArgs, text: &str) -> miette::Result<u8> {
    let kind = script::Kind::Script(review::language(text));
    let line = CommandLine::new(text, script::read(text, kind))?;
    if !args.has_world() {
        return Err(ReviewError::NoEstate { what: review::COMMAND.to_owned() }.into());
    }
    let told = Told {
        ticket: args.ticket.clone(),
        caller: args.caller.clone(),
        approved_by: args.approved_by.clone(),
    };
    // It stands in no file.
    judge(args, "", |estate, now| line.request(estate, now, told, &body).map_err(Into::into))
}

/// A file with a body, as `az` takes it: relative to the working directory.
fn body(path: &str) -> Option<String> {
    let is_small = std::fs::metadata(path).is_ok_and(|data| data.len() <= LARGEST_BODY);
    is_small.then(|| std::fs::read_to_string(path).ok())?
}

/// Reads the estate, and judges the request that is made for it.
fn judge(
    args: &ReviewArgs,
    name: &str,
    request: impl FnOnce(&Estate<'_>, Time) -> miette::Result<Request>,
) -> miette::Result<u8> {
    let (world, begun) = (args.world(), args.as_of.unwrap_or_else(Time::now));
    let parameters = parameters(&world.configured()?.1.review);
    let inputs = match world.open(begun)? {
        Opened::Inputs(inputs) => inputs,
        Opened::Early(code) => return Ok(code),
    };
    args.refuse_to_overwrite(&inputs)?;
    let estate = world.read(&inputs)?;
    let now = world.now(&estate, begun);
    let request = request(&estate, now)?;
    let index = world::index(&estate, now);
    let access = Access::new(&index, &estate);
    let review = review::review(&request, &estate, access, &parameters, now)
        .map_err(|error| refused(error, request.operation.id))?;
    let unread = report::Unread::of(&estate);
    let beside = report::review::Beside { access, unread: &unread, request: name };
    let mut options = options(beside.request);
    for (form, file) in &args.output {
        output::write_file(file, |out| {
            report::review::write(&review, beside, (*form).into(), out, &options)
        })?;
    }
    options.color = terminal::has_color(args.color);
    terminal::print_with(|out| {
        report::review::write(&review, beside, args.format.into(), out, &options)
    })?;
    Ok(code(review.verdict, args.allow_incomplete))
}

impl ReviewArgs {
    /// Whether an estate is given to judge against.
    fn has_world(&self) -> bool {
        !self.estate.is_empty() || self.demo || self.live
    }

    fn world(&self) -> World<'_> {
        World {
            inputs: &self.estate,
            is_demo: self.demo,
            azure: Some(Azure {
                options: &self.azure,
                is_wanted: self.live,
                save: None,
                loudness: collect::loudness(self.quiet, false, false),
            }),
            configuration: Configuration {
                file: self.config.as_deref(),
                is_ignored: self.no_config,
                packs: &[],
            },
            as_of: self.as_of,
            is_quiet: self.quiet,
        }
    }

    /// Refuses to write a review over a file of what was opened.
    fn refuse_to_overwrite(&self, inputs: &Inputs) -> Result<(), Overwrites> {
        let outputs = self.output.iter().map(|(_, file)| file.as_path());
        printing::refuse_to_overwrite(outputs, world::files(inputs))
    }

    /// The same of files of code.
    fn refuse_to_write_over<'f>(
        &'f self,
        files: impl Iterator<Item = &'f str>,
    ) -> Result<(), Overwrites> {
        let outputs = self.output.iter().map(|(_, file)| file.as_path());
        printing::refuse_to_overwrite(outputs, files.map(Path::new))
    }
}

/// What a change request needs, and what it says itself.
fn refuse_options(args: &ReviewArgs, name: &str) -> Result<(), ReviewError> {
    let path = report::visible(name).into_owned();
    if args.caller.is_some() || args.approved_by.is_some() || args.ticket.is_some() {
        return Err(ReviewError::SaysItself { path });
    }
    if args.has_world() { Ok(()) } else { Err(ReviewError::NoEstate { what: path }) }
}

fn code(verdict: Verdict, allow_incomplete: bool) -> u8 {
    match verdict {
        Verdict::Go => exit::CLEAN,
        Verdict::NeedsApproval | Verdict::Stop => exit::FINDINGS,
        Verdict::CannotTell if allow_incomplete => exit::CLEAN,
        Verdict::CannotTell => exit::INCOMPLETE,
    }
}

/// How a review of this file is written.
fn options(request: &str) -> report::Options {
    report::Options {
        width: terminal::width(),
        roots: repository::roots(std::iter::once(Path::new(request))),
        ..report::Options::default()
    }
}

/// The request's name in messages, and its text.
fn read(path: &Path) -> miette::Result<(String, String)> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).into_diagnostic()?;
        return Ok(("-".to_owned(), text));
    }
    let name = path.display().to_string();
    let unreadable = |cause| ReviewError::Unreadable { path: name.clone(), cause };
    let bytes = std::fs::read(path).map_err(unreadable)?;
    if bytes.starts_with(ARCHIVE) {
        return Err(ReviewError::SavedPlan { path: report::visible(&name).into_owned() }.into());
    }
    let text = decode(bytes)
        .map_err(|error| unreadable(std::io::Error::new(std::io::ErrorKind::InvalidData, error)))?;
    Ok((name, text))
}

/// How the archive begins in which Terraform saves a plan.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// What the configuration says, and the defaults for the rest.
pub(super) fn parameters(options: &ReviewOptions) -> Parameters {
    let default = Parameters::default();
    let is = |text: &Option<String>, word: &str| text.as_deref() == Some(word);
    Parameters {
        replace_existing_requires_running: if is(
            &options.replace_existing_requires_running,
            Demand::Block.name(),
        ) {
            Demand::Block
        } else {
            default.replace_existing_requires_running
        },
        minimum: if is(&options.minimum, MinimumOf::Guide.name()) {
            MinimumOf::Guide
        } else {
            default.minimum
        },
        on_demand_supported: options.on_demand_supported.unwrap_or(default.on_demand_supported),
        on_demand_hard_cap: options.on_demand_hard_cap.unwrap_or(default.on_demand_hard_cap),
        on_demand_min_days: options.on_demand_min_days.unwrap_or(default.on_demand_min_days),
        parallel_restore_days: options
            .parallel_restore_days
            .unwrap_or(default.parallel_restore_days),
        fresh_point_hours: options.fresh_point_hours.unwrap_or(default.fresh_point_hours),
        reading_max_hours: options.reading_max_hours.unwrap_or(default.reading_max_hours),
        file_recovery_hours: options.file_recovery_hours.unwrap_or(default.file_recovery_hours),
        file_recovery_large_gb: options
            .file_recovery_large_gb
            .unwrap_or(default.file_recovery_large_gb),
    }
}

fn no_operation(id: &str) -> ReviewError {
    let names = || OPERATIONS.iter().map(|operation| operation.id);
    let all: Vec<&str> = names().collect();
    let all = all.join(", ");
    let help = rules::nearest(names(), id)
        .map_or_else(|| format!("one of {all}"), |near| format!("did you mean `{near}`? {all}"));
    ReviewError::NoOperation { id: report::visible(id).into_owned(), help }
}

fn refused(error: NoSubject, operation: &'static str) -> ReviewError {
    let safe = |text: &str| report::visible(text).into_owned();
    match error {
        NoSubject::NotThere { on, near } => {
            let help = near.map_or_else(
                || "check the id; the list that would show it was read without it".to_owned(),
                |near| format!("did you mean {}?", safe(&near)),
            );
            ReviewError::NotThere { on: safe(&on), help }
        }
        NoSubject::WrongKind { on, wants } => {
            ReviewError::WrongKind { on: safe(&on), operation, wants }
        }
        NoSubject::NothingSelected => ReviewError::NothingSelected,
    }
}

fn after_help() -> String {
    let names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    format!(
        "Operations: {}

Verdicts: go; stop: something that must hold does not; needs-approval: it works, and somebody has to agree;
cannot-tell: something that decides was not read or not said. Exit code 0: go, 1: stop or needs-approval,
3: cannot-tell.

Examples:
  backuplint review --new restore-disks > change.toml
  backuplint review change.toml --estate snapshot/
  backuplint review change.toml --estate snapshot/ --format markdown > ticket.md
  backuplint review change.toml --live --output json=review.json
  terraform show -json tfplan > plan.json && backuplint review plan.json --estate snapshot/
  backuplint review --before main/ --after branch/ --estate snapshot/
  backuplint review --estate snapshot/ --caller ada@example.com \\
    --command 'az backup protection disable -g rg -v rsv -c vm-1 -i vm-1 --delete-backup-data true --yes'",
        names.join(", ")
    )
}
