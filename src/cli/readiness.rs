//! `backuplint readiness`.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};
use miette::Diagnostic;
use thiserror::Error;

use super::live::{LiveArgs, Opened};
use super::world::{self, Azure, Configuration, World};
use super::{ColorChoice, audit, collect, exit, output, printing, review, rules, terminal};
use crate::access::Access;
use crate::engine::declarations;
use crate::inventory::{Estate, Time};
use crate::readiness::{Basis, Matrix, Pick, Readiness, WAYS};
use crate::report::readiness::{Beside, Form};
use crate::report::{self, Unread};

/// Options of `readiness`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
#[command(after_help = "\
Every active item, and every way to restore it that exists for its kind of data: ready, blocked (why, and what to do
first), or unknown (what was not read, and who could grant it). An item is ready if one of the ways is open, blocked if
none is, and else unknown. What only whoever restores can say is left open: the target and its network, and who does it;
`backuplint review` judges that.

Exit code 0: every item is ready; 1: an item is blocked; 3: none is, but of one nobody can tell, or something was not
read (--allow-incomplete turns 3 into 0). With --way only these ways count: `--way cross-region-restore` fails for an
item that could not be restored in the other region.

Examples:
  backuplint readiness --demo
  backuplint readiness snapshot/ --class gold --way cross-region-restore
  backuplint readiness snapshot/ --format csv > readiness.csv
  backuplint readiness --live --with recovery-points --output json=readiness.json --output markdown=readiness.md

Without recovery points, how a way depends on their tier is unknown: collect with `--with recovery-points`.")]
pub(super) struct ReadinessArgs {
    /// Snapshots or exported JSON: files, folders, `-` for standard input
    #[arg(
        value_name = "INPUT",
        required_unless_present_any = ["demo", "live"],
        conflicts_with_all = ["demo", "live"]
    )]
    inputs: Vec<PathBuf>,
    /// Look at the example estate shipped in the program
    #[arg(long)]
    demo: bool,
    /// Read Azure instead, with the sign-in that is set up
    #[arg(long, conflicts_with = "demo")]
    live: bool,
    /// Keep what was read in this folder, as `collect` does
    #[arg(long, value_name = "DIR", requires = "live")]
    save: Option<PathBuf>,
    /// The clock, RFC 3339 [default: the snapshot's collection time, else now]
    #[arg(long, value_name = "TIME", value_parser = audit::parse_time)]
    as_of: Option<Time>,
    /// Only this way to restore; repeat or separate by commas [default: all five]
    #[arg(long, value_name = "OPERATION", value_delimiter = ',', value_parser = clap::builder::PossibleValuesParser::new(WAYS))]
    way: Vec<String>,
    /// Only items of vaults with this id or name, * for any text; repeat for several
    #[arg(long, value_name = "PATTERN")]
    vault: Vec<String>,
    /// Only data of this class of the configuration, or that may be of it; repeat for several
    #[arg(long, value_name = "NAME")]
    class: Vec<String>,
    /// Items to list [default: all]; the numbers and the exit code are those of all
    #[arg(long, value_name = "LIST", value_enum, value_delimiter = ',')]
    list: Vec<StateName>,
    /// Exit with 0 where only something could not be read
    #[arg(long)]
    allow_incomplete: bool,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    #[command(flatten)]
    azure: LiveArgs,
    /// Configuration file, with classes, staging accounts and [review], instead of the backuplint.toml found upwards from here
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ignore any backuplint.toml
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
    /// Format on standard output
    #[arg(long, value_name = "NAME", default_value = "human", value_enum, help_heading = "Report")]
    format: FormName,
    /// Also write the matrix to a file; repeat for several
    #[arg(long, value_name = "FORMAT=FILE", value_parser = printing::format_and_file("csv=readiness.csv", printing::form::<FormName>), help_heading = "Report")]
    output: Vec<(FormName, PathBuf)>,
    /// Colours [default: when standard output is a terminal and NO_COLOR is not set]
    #[arg(long, value_name = "WHEN", default_value = "auto", value_enum, help_heading = "Report")]
    color: ColorChoice,
    /// Only the matrix: no notices
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Report")]
    quiet: bool,
    /// Every item for a person too, and how long each part took
    #[arg(long, short, help_heading = "Report")]
    verbose: bool,
    /// No progress bars
    #[arg(long, help_heading = "Report")]
    no_progress: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormName {
    Human,
    Json,
    Csv,
    Markdown,
}

impl From<FormName> for Form {
    fn from(name: FormName) -> Self {
        match name {
            FormName::Human => Self::Human,
            FormName::Json => Self::Json,
            FormName::Csv => Self::Csv,
            FormName::Markdown => Self::Markdown,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StateName {
    Ready,
    Blocked,
    Unknown,
}

impl From<StateName> for Readiness {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Ready => Self::Ready,
            StateName::Blocked => Self::Blocked,
            StateName::Unknown => Self::Unknown,
        }
    }
}

/// What there is no matrix of.
#[derive(Debug, Error, Diagnostic)]
enum ReadinessError {
    #[error("there is no class `{name}`")]
    #[diagnostic(code(backuplint::readiness))]
    UnknownClass {
        name: String,
        #[help]
        help: String,
    },
    #[error("there is no vault `{name}` among those that were read")]
    #[diagnostic(code(backuplint::readiness))]
    UnknownVault {
        name: String,
        #[help]
        help: String,
    },
    #[error("nothing to judge: no protected item and no backup instance {of}")]
    #[diagnostic(
        code(backuplint::readiness),
        help("check --vault, --class and --way, or export protected items and backup instances")
    )]
    NothingPicked { of: &'static str },
}

pub(super) fn run(args: &ReadinessArgs) -> miette::Result<u8> {
    let start = Instant::now();
    printing::use_threads(args.threads)?;
    let world = world(args);
    let (_, mut config) = world.configured()?;
    let declared = declarations(&mut config);
    let parameters = review::parameters(&config.review);
    let classes: Vec<&str> = declared.classes.iter().map(|class| class.name.as_str()).collect();
    let pick = pick(args, &classes)?;
    let begun = args.as_of.unwrap_or_else(Time::now);
    let inputs = match world.open(begun)? {
        Opened::Inputs(inputs) => inputs,
        Opened::Early(code) => return Ok(code),
    };
    let outputs = args.output.iter().map(|(_, file)| file.as_path());
    printing::refuse_to_overwrite(outputs, world::files(&inputs))?;
    let spinner = audit::spinner(&inputs, args.no_progress || args.quiet, "judging");
    let opened = Instant::now();
    let estate = world.read(&inputs)?;
    if let Some(name) = pick.unmatched(&estate) {
        return Err(no_vault(name, &estate).into());
    }
    let read = Instant::now();
    let now = world.now(&estate, begun);
    let index = world::index(&estate, now);
    let access = Access::new(&index, &estate);
    let basis =
        Basis { estate: &estate, access, declared: &declared, parameters: &parameters, now };
    let mut matrix = Matrix::new(basis, &pick);
    let judged = Instant::now();
    if let Some(spinner) = spinner {
        spinner.finish_and_clear();
    }
    let unread = Unread::of(&estate);
    let code = code(args, &matrix, !unread.gaps.is_empty());
    // Items whose backups were stopped were looked at.
    let is_nothing = matrix.is_empty() && matrix.summary.inactive == 0;
    if is_nothing && !matrix.summary.is_incomplete() && unread.gaps.is_empty() {
        let is_picked = !args.vault.is_empty() || !args.class.is_empty() || !args.way.is_empty();
        let of = if is_picked { "is picked" } else { "is active" };
        return Err(ReadinessError::NothingPicked { of }.into());
    }
    if !args.list.is_empty() {
        let listed: Vec<Readiness> = args.list.iter().copied().map(Into::into).collect();
        matrix.keep(&listed);
    }
    print(args, &matrix, &unread)?;
    if args.verbose {
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

fn code(args: &ReadinessArgs, matrix: &Matrix<'_, '_, '_>, has_gaps: bool) -> u8 {
    let summary = &matrix.summary;
    if summary.all.items.of(Readiness::Blocked) > 0 {
        exit::FINDINGS
    } else if (summary.is_incomplete() || has_gaps) && !args.allow_incomplete {
        exit::INCOMPLETE
    } else {
        exit::CLEAN
    }
}

fn print(args: &ReadinessArgs, matrix: &Matrix<'_, '_, '_>, unread: &Unread) -> miette::Result<()> {
    let beside = Beside { unread, all: args.verbose };
    let mut options = report::Options { width: terminal::width(), ..report::Options::default() };
    for (form, file) in &args.output {
        output::write_file(file, |out| {
            report::readiness::write(matrix, beside, (*form).into(), out, &options)
        })?;
    }
    options.color = terminal::has_color(args.color);
    terminal::print_with(|out| {
        report::readiness::write(matrix, beside, args.format.into(), out, &options)
    })
}

fn no_vault(name: &str, estate: &Estate<'_>) -> ReadinessError {
    let names = Pick::vault_names(estate);
    let help = match rules::nearest(names.iter().copied(), name) {
        _ if names.is_empty() => "no vault and no protected item was read".to_owned(),
        Some(near) => format!("did you mean `{}`?", report::visible(near)),
        None => {
            let some: Vec<&str> = names.into_iter().take(10).collect();
            format!(
                "--vault takes an id or a name, * for any text: {}",
                report::visible(&some.join(", "))
            )
        }
    };
    ReadinessError::UnknownVault { name: report::visible(name).into_owned(), help }
}

fn pick(args: &ReadinessArgs, classes: &[&str]) -> Result<Pick, ReadinessError> {
    if let Some(name) = args.class.iter().find(|name| !classes.contains(&name.as_str())) {
        let help = match rules::nearest(classes.iter().copied(), name) {
            _ if classes.is_empty() => {
                "no configuration declares classes: write `[[class]]` into backuplint.toml"
                    .to_owned()
            }
            Some(near) => format!("did you mean `{}`?", report::visible(near)),
            None => format!("one of {}", report::visible(&classes.join(", "))),
        };
        return Err(ReadinessError::UnknownClass {
            name: report::visible(name).into_owned(),
            help,
        });
    }
    let wanted =
        |way: &&'static str| args.way.is_empty() || args.way.iter().any(|name| name == way);
    Ok(Pick {
        ways: WAYS.iter().copied().filter(wanted).collect(),
        vaults: args.vault.clone(),
        classes: args.class.clone(),
    })
}

fn world(args: &ReadinessArgs) -> World<'_> {
    World {
        inputs: &args.inputs,
        is_demo: args.demo,
        azure: Some(Azure {
            options: &args.azure,
            is_wanted: args.live,
            save: args.save.as_deref(),
            loudness: collect::loudness(args.quiet, args.verbose, args.no_progress),
        }),
        configuration: Configuration {
            file: args.config.as_deref(),
            is_ignored: args.no_config,
            packs: &[],
        },
        as_of: args.as_of,
        is_quiet: args.quiet,
    }
}
