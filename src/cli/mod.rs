//! The command line: one file a subcommand, each a short script over the library.

mod audit;
mod baseline;
mod collect;
mod diff;
mod explain;
mod init;
mod lint;
mod live;
mod man;
pub mod output;
mod printing;
mod readiness;
mod repository;
mod review;
mod rules;
mod terminal;
mod who_can;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::finding::{OutcomeKind, Severity};
use crate::rule::Profile;

/// Exit codes, the same for every command and format.
pub mod exit {
    /// Nothing at or above the threshold.
    pub const CLEAN: u8 = 0;
    /// Findings at or above the threshold.
    pub const FINDINGS: u8 = 1;
    /// Usage, configuration, rule pack or internal error.
    pub const ERROR: u8 = 2;
    /// Something that should have been readable was not, and nothing else failed.
    pub const INCOMPLETE: u8 = 3;
}

/// Policy-as-code linter and compliance auditor for Azure Backup.
///
/// It answers two questions with evidence: could somebody destroy our backups, and could we really
/// restore? It only ever reads.
#[derive(Debug, Parser)]
#[command(name = "backuplint", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Exit codes: 0 clean, 1 findings, 2 error, 3 incomplete.\n\n\
    Try it:\n  backuplint audit --demo\n  backuplint explain mua-disabled")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Audit an estate: snapshots, exported JSON, or the one shipped in the program
    Audit(Box<audit::AuditArgs>),
    /// Lint infrastructure code: Terraform, plans, ARM templates and Bicep
    Lint(Box<lint::LintArgs>),
    /// Judge a planned change before it happens: what must hold, who may do it, what is lost
    Review(Box<review::ReviewArgs>),
    /// Say what changed between two snapshots or two reports
    Diff(Box<diff::DiffArgs>),
    /// Say of every item in which ways it could be restored now, and what stands in the way
    Readiness(Box<readiness::ReadinessArgs>),
    /// Read Azure into a snapshot
    Collect(Box<collect::CollectArgs>),
    /// List, show, test and create rules
    Rules {
        #[command(subcommand)]
        command: rules::RulesCommand,
    },
    /// Print the page of a rule or of a backup operation
    Explain(explain::ExplainArgs),
    /// Say who can do a backup operation, or which roles allow it
    WhoCan(who_can::WhoCanArgs),
    /// Write a commented backuplint.toml
    Init(init::InitArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual, or write its pages to a folder
    Man(man::ManArgs),
}

/// Options of every command that evaluates rules.
#[derive(Debug, Args)]
struct RuleArgs {
    /// Configuration file instead of the backuplint.toml found upwards from here
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    config: Option<PathBuf>,
    /// Ignore any backuplint.toml
    #[arg(long, conflicts_with = "config", help_heading = "Rules")]
    no_config: bool,
    /// Profile to check; repeat for several [default: the configuration's, else `default`]
    #[arg(long, value_name = "NAME", value_enum, help_heading = "Rules")]
    profile: Vec<ProfileName>,
    /// Folder with more rules; repeat for several
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    rules: Vec<PathBuf>,
    /// Only these rules, families or controls, whatever the profile; repeat or separate by commas
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Rules")]
    select: Vec<String>,
    /// Not these rules, families or controls; repeat or separate by commas
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Rules")]
    ignore: Vec<String>,
    /// List only findings of at least this severity
    #[arg(long, value_name = "SEVERITY", default_value = "info", help_heading = "Rules")]
    min_severity: Severity,
    /// Exit with 1 from this severity on [default: the configuration's, else `medium`]
    #[arg(long, value_name = "SEVERITY", help_heading = "Rules")]
    fail_on: Option<Severity>,
}

/// Options of every command that prints a report.
#[derive(Debug, Args)]
struct ReportArgs {
    /// Format on standard output
    #[arg(long, value_name = "NAME", default_value = "human", help_heading = "Report")]
    format: crate::report::Format,
    /// Also write a report to a file; repeat for several
    #[arg(long, value_name = "FORMAT=FILE", value_parser = printing::format_and_file("sarif=out.sarif", str::parse::<crate::report::Format>), help_heading = "Report")]
    output: Vec<(crate::report::Format, PathBuf)>,
    /// Outcomes to list [default: fail,unknown]
    #[arg(long, value_name = "LIST", value_enum, value_delimiter = ',', help_heading = "Report")]
    outcomes: Vec<OutcomeName>,
    /// Colours [default: when standard output is a terminal and NO_COLOR is not set]
    #[arg(long, value_name = "WHEN", default_value = "auto", value_enum, help_heading = "Report")]
    color: ColorChoice,
    /// Only the findings: no hints and no notices
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Report")]
    quiet: bool,
    /// Every finding of every rule, and how long each part took
    #[arg(long, short, help_heading = "Report")]
    verbose: bool,
    /// No progress bars
    #[arg(long, help_heading = "Report")]
    no_progress: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProfileName {
    Default,
    Strict,
    Regulated,
    Hygiene,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::Default => Self::Default,
            ProfileName::Strict => Self::Strict,
            ProfileName::Regulated => Self::Regulated,
            ProfileName::Hygiene => Self::Hygiene,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutcomeName {
    Fail,
    Unknown,
    Pass,
    NotApplicable,
}

impl From<OutcomeName> for OutcomeKind {
    fn from(name: OutcomeName) -> Self {
        match name {
            OutcomeName::Fail => Self::Fail,
            OutcomeName::Unknown => Self::Unknown,
            OutcomeName::Pass => Self::Pass,
            OutcomeName::NotApplicable => Self::NotApplicable,
        }
    }
}

/// Runs the program and answers its exit code. Errors are printed here.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output with 0, mistakes to standard error with 2.
            terminal::refuse(&error);
            return ExitCode::from(if error.use_stderr() { exit::ERROR } else { exit::CLEAN });
        }
    };
    terminal::install_error_handler();
    let result = match cli.command {
        Command::Audit(args) => audit::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Review(args) => review::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Readiness(args) => readiness::run(&args),
        Command::Collect(args) => collect::run(&args),
        Command::Rules { command } => rules::run(command),
        Command::Explain(args) => explain::run(&args),
        Command::WhoCan(args) => who_can::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "backuplint", &mut script);
            terminal::print(&script).map(|()| exit::CLEAN)
        }
        Command::Man(args) => man::run(&args),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(report) => {
            terminal::complain(&report);
            ExitCode::from(exit::ERROR)
        }
    }
}
