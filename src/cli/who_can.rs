//! `backuplint who-can OPERATION|ACTION`.

mod destruction;
mod estate;
mod roles;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use miette::Diagnostic;
use thiserror::Error;

use super::world::{Configuration, World};
use super::{ColorChoice, rules, terminal};
use crate::access::action::ActionTable;
use crate::access::operation::OPERATIONS;
use crate::access::question::{NoQuestion, Question};
use crate::inventory::Time;
use crate::report::{self, Format};

/// Options of `who-can`.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
#[command(group(clap::ArgGroup::new("of").required(true).args(["estate", "demo", "roles"])))]
pub(super) struct WhoCanArgs {
    /// A backup operation, an action such as Microsoft.RecoveryServices/vaults/delete, or
    /// destroy-backups: how many people it takes to lose the backups of a vault for good, and how long
    #[arg(value_name = "OPERATION|ACTION", required_unless_present = "roles")]
    question: Option<String>,
    /// Ask on this vault, item, guard or other scope, by its ARM id; repeat for several [default:
    /// every vault or guard that it is about]
    #[arg(long, value_name = "ID", conflicts_with = "roles")]
    on: Vec<String>,
    /// Snapshot or exported JSON: a file, a folder, `-` for standard input; repeat for several
    #[arg(long, value_name = "INPUT")]
    estate: Vec<PathBuf>,
    /// Ask the example estate shipped in the program
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    config: ConfigArgs,
    /// Instead: which roles allow it, of an export of role definitions [default: the built-in roles];
    /// repeat for several
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    roles: Option<Vec<PathBuf>>,
    /// The clock, RFC 3339 [default: the snapshot's collection time, else now]
    #[arg(long, value_name = "TIME", value_parser = super::audit::parse_time)]
    as_of: Option<Time>,
    /// Exit with 0 where only something could not be read
    #[arg(long)]
    allow_incomplete: bool,
    /// Format on standard output
    #[arg(long, value_name = "NAME", default_value = "human", value_enum)]
    format: AnswerFormat,
    /// Colours [default: when standard output is a terminal and NO_COLOR is not set]
    #[arg(long, value_name = "WHEN", default_value = "auto", value_enum)]
    color: ColorChoice,
    /// Only the answer: no notices
    #[arg(long, short)]
    quiet: bool,
}

/// Where the configuration is.
#[derive(Debug, Args)]
struct ConfigArgs {
    /// Configuration file, of which destroy-backups reads [break-glass], instead of the backuplint.toml
    /// found upwards from here
    #[arg(long, value_name = "FILE", conflicts_with = "roles")]
    config: Option<PathBuf>,
    /// Ignore any backuplint.toml
    #[arg(long, conflicts_with_all = ["config", "roles"])]
    no_config: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AnswerFormat {
    Human,
    Json,
}

impl From<AnswerFormat> for Format {
    fn from(format: AnswerFormat) -> Self {
        match format {
            AnswerFormat::Human => Self::Human,
            AnswerFormat::Json => Self::Json,
        }
    }
}

/// It is neither an operation nor an action.
#[derive(Debug, Error, Diagnostic)]
#[error("`{text}` is neither an operation nor an action")]
#[diagnostic(code(backuplint::who_can))]
struct NotAsked {
    text: String,
    #[help]
    help: String,
}

/// Roles alone do not tell.
#[derive(Debug, Error, Diagnostic)]
#[error("what it takes to destroy backups is a question about an estate, not about roles")]
#[diagnostic(code(backuplint::who_can), help("give one: --estate INPUT, or --demo"))]
struct OnEstatesOnly;

pub(super) fn run(args: &WhoCanArgs) -> miette::Result<u8> {
    let mut files = args.roles.clone().unwrap_or_default();
    // An option with an optional value takes the question, where it stands last.
    let taken = if args.question.is_none() { files.pop() } else { None };
    let taken = taken.map(|text| text.to_string_lossy().into_owned());
    let question = args.question.clone().or(taken).unwrap_or_default();
    let mut table = ActionTable::CLOSED;
    if question.eq_ignore_ascii_case(destruction::NAME) {
        if args.roles.is_some() {
            return Err(OnEstatesOnly.into());
        }
        return estate::run(args, None, &table);
    }
    let question = Question::read(&question, &mut table).map_err(|why| refused(&question, why))?;
    if args.roles.is_some() {
        return roles::run(args, question, &table, &files);
    }
    estate::run(args, Some(question), &table)
}

impl WhoCanArgs {
    fn world(&self) -> World<'_> {
        World {
            inputs: &self.estate,
            is_demo: self.demo,
            azure: None,
            configuration: Configuration {
                file: self.config.config.as_deref(),
                is_ignored: self.config.no_config,
                packs: &[],
            },
            as_of: self.as_of,
            is_quiet: self.quiet,
        }
    }

    fn options(&self) -> report::Options {
        report::Options {
            color: terminal::has_color(self.color),
            width: terminal::width(),
            ..report::Options::default()
        }
    }
}

fn refused(text: &str, why: NoQuestion) -> NotAsked {
    let all = "`backuplint who-can --help` names the operations; an action has its whole name, for \
               example Microsoft.RecoveryServices/vaults/delete";
    let operations = OPERATIONS.iter().map(|operation| operation.id);
    let near = rules::nearest(operations.chain([destruction::NAME]), text);
    let help = match (why, near) {
        (NoQuestion::Pattern, _) => "ask for one action at a time, without wildcards".to_owned(),
        (NoQuestion::Neither, Some(known)) => format!("did you mean `{known}`? {all}"),
        (NoQuestion::Neither, None) => all.to_owned(),
    };
    NotAsked { text: report::visible(text).into_owned(), help }
}

fn after_help() -> String {
    let names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    format!(
        "Operations: {}

What it says is what roles allow, less deny assignments, with groups expanded as far as they were read;
what stands in the way although a role allows it is told apart. It does not see Azure Lighthouse delegations,
nor which Global Administrators could raise their access. Exit code 3: something was not read that could
change the answer.

Examples:
  backuplint who-can stop-delete-data --demo
  backuplint who-can destroy-backups --demo
  backuplint who-can remove-mua --estate snapshot/ --on /subscriptions/…/vaults/rsv-payments
  backuplint who-can Microsoft.RecoveryServices/vaults/delete --estate snapshot/ --format json
  backuplint who-can stop-delete-data --roles
  az role definition list -o json | backuplint who-can delete-vault --roles -",
        names.join(", ")
    )
}
