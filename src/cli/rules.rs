//! `backuplint rules list|show|test|new`.

mod scaffold;
mod test;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use miette::Diagnostic;
use thiserror::Error;

use super::world::Configuration;
use super::{RuleArgs, exit, terminal};
use crate::config::{Config, ConfigFile};
use crate::demo;
use crate::engine::{Rule, RuleSet};
use crate::rule::{controls, names_control};

/// `backuplint rules`.
#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List the rules
    List(ListArgs),
    /// Print one rule's metadata and logic
    Show(ShowArgs),
    /// Run the cases and tests of a rule pack
    Test(test::TestArgs),
    /// Write a new rule to start from
    New(scaffold::NewArgs),
}

/// Options of `rules list`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  backuplint rules list --profile strict\n  backuplint rules list --control BR-2 --format json"
)]
pub(super) struct ListArgs {
    /// Only rules of this profile
    #[arg(long, value_name = "NAME", value_enum)]
    profile: Option<super::ProfileName>,
    /// Only rules of this family
    #[arg(long, value_name = "NAME")]
    family: Option<String>,
    /// Only rules that speak of this control of whichever framework, for example BR-2
    #[arg(long, value_name = "ID")]
    control: Option<String>,
    /// Folder with more rules; repeat for several
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_name = "NAME", value_enum, default_value = "human")]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ListFormat {
    Human,
    Json,
}

/// Options of `rules show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The rule's id
    id: String,
    /// Folder with more rules; repeat for several
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

/// No rule has this id.
#[derive(Debug, Error, Diagnostic)]
#[error("there is no rule `{id}`")]
#[diagnostic(code(backuplint::rules))]
pub(super) struct NoSuchRule {
    id: String,
    #[help]
    help: String,
}

/// What `rules list` is to select by is none.
#[derive(Debug, Error, Diagnostic)]
enum NoSelection {
    #[error("no rule speaks of control `{id}`")]
    #[diagnostic(code(backuplint::rules))]
    Control {
        id: String,
        #[help]
        help: String,
    },
    #[error("no rule is of family `{name}`")]
    #[diagnostic(code(backuplint::rules))]
    Family {
        name: String,
        #[help]
        help: String,
    },
}

pub(super) fn run(command: RulesCommand) -> miette::Result<u8> {
    match command {
        RulesCommand::List(args) => list(&args),
        RulesCommand::Show(args) => show(&args),
        RulesCommand::Test(args) => test::run(&args),
        RulesCommand::New(args) => scaffold::run(&args),
    }
}

/// The bundled rules and those of the packs.
pub(super) fn load(packs: &[PathBuf]) -> miette::Result<RuleSet> {
    let mut set = RuleSet::bundled()?;
    for pack in packs {
        set.add_pack(pack)?;
    }
    Ok(set)
}

/// Rules and configuration: the configuration may name rule packs, which it then configures.
pub(super) fn load_with_config(args: &RuleArgs) -> miette::Result<(RuleSet, Config)> {
    let Configuration { file, is_ignored, packs } = args.configuration();
    configured(file, is_ignored, packs)
}

impl RuleArgs {
    /// What they say of the configuration.
    pub(super) fn configuration(&self) -> Configuration<'_> {
        Configuration {
            file: self.config.as_deref(),
            is_ignored: self.no_config,
            packs: &self.rules,
        }
    }
}

/// The same from a file, or else from one found upwards from here unless none is wanted.
pub(super) fn configured(
    config: Option<&Path>,
    is_ignored: bool,
    packs: &[PathBuf],
) -> miette::Result<(RuleSet, Config)> {
    let found = match config {
        Some(path) => Some(path.to_owned()),
        None if is_ignored => None,
        None => Config::discover(Path::new("."))?,
    };
    let file = found.as_deref().map(ConfigFile::read).transpose()?;
    let mut packs = packs.to_vec();
    packs.extend(file.iter().flat_map(ConfigFile::rule_packs));
    let set = load(&packs)?;
    let config = file.map(|file| file.parse(&set.metadata())).transpose()?.unwrap_or_default();
    Ok((set, config))
}

/// Rules and the configuration of the shipped estate.
pub(super) fn configured_demo(packs: &[PathBuf]) -> miette::Result<(RuleSet, Config)> {
    let set = load(packs)?;
    let text = demo::FILES.iter().find(|(path, _)| *path == "backuplint.toml");
    let text = text.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
    let config = Config::parse("backuplint.toml", &text, &set.metadata())?;
    Ok((set, config))
}

/// The rule with this id, or the nearest name.
pub(super) fn find<'s>(set: &'s RuleSet, id: &str) -> Result<&'s Rule, NoSuchRule> {
    set.find(id).ok_or_else(|| {
        let near = nearest(ids(set), id);
        let help = near.map_or_else(
            || "`backuplint rules list` names them all".to_owned(),
            |known| format!("did you mean `{known}`? `backuplint rules list` names them all"),
        );
        NoSuchRule { id: id.to_owned(), help }
    })
}

/// The ids of all rules.
pub(super) fn ids(set: &RuleSet) -> impl Iterator<Item = &str> {
    set.rules.iter().map(|rule| rule.metadata.id.as_str())
}

/// The name most like one that nothing has, if any is like it.
pub(super) fn nearest<'n>(known: impl Iterator<Item = &'n str>, wrong: &str) -> Option<&'n str> {
    known
        .map(|known| (strsim::jaro_winkler(known, wrong), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, known)| known)
}

fn list(args: &ListArgs) -> miette::Result<u8> {
    let set = load(&args.rules)?;
    let mut rules: Vec<&Rule> = set
        .rules
        .iter()
        .filter(|rule| {
            args.profile.is_none_or(|profile| rule.metadata.profiles.contains(&profile.into()))
        })
        .filter(|rule| args.family.as_ref().is_none_or(|family| rule.metadata.family == *family))
        .filter(|rule| {
            args.control.as_ref().is_none_or(|control| names_control(&rule.metadata, control))
        })
        .collect();
    if rules.is_empty() {
        args.control.as_deref().map_or(Ok(()), |control| known_control(&set, control))?;
        args.family.as_deref().map_or(Ok(()), |family| known_family(&set, family))?;
    }
    rules.sort_by(|left, right| {
        (&left.metadata.family, &left.metadata.id)
            .cmp(&(&right.metadata.family, &right.metadata.id))
    });
    match args.format {
        ListFormat::Json => {
            let list: Vec<_> = rules.iter().map(|rule| described(rule)).collect();
            let text = serde_json::to_string_pretty(&list).unwrap_or_default() + "\n";
            terminal::print(text.as_bytes())?;
        }
        ListFormat::Human => terminal::print_with(|out| {
            let wide = rules.iter().map(|rule| rule.metadata.id.len()).max().unwrap_or_default();
            for rule in &rules {
                writeln!(
                    out,
                    "{:8}  {:wide$}  {:5}  {}",
                    rule.metadata.severity,
                    rule.metadata.id,
                    rule.language(),
                    crate::report::visible(&rule.metadata.title),
                )?;
            }
            writeln!(out, "\n{} rules. `backuplint explain ID` prints a rule's page.", rules.len())
        })?,
    }
    Ok(exit::CLEAN)
}

/// A typo must not look like a control that no rule of these options speaks of.
fn known_control(set: &RuleSet, control: &str) -> Result<(), NoSelection> {
    if set.rules.iter().any(|rule| names_control(&rule.metadata, control)) {
        return Ok(());
    }
    let known = controls(set.rules.iter().map(|rule| rule.metadata.as_ref()));
    let near = known
        .iter()
        .map(|known| {
            (strsim::jaro_winkler(&known.id.to_lowercase(), &control.to_lowercase()), known.id)
        })
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|left, right| left.0.total_cmp(&right.0));
    let help = near.map_or_else(
        || "rules/README.md lists every control with its rules".to_owned(),
        |(_, near)| format!("did you mean `{near}`?"),
    );
    Err(NoSelection::Control { id: crate::report::visible(control).into_owned(), help })
}

/// Nor like a family that has none.
fn known_family(set: &RuleSet, family: &str) -> Result<(), NoSelection> {
    let known: BTreeSet<&str> =
        set.rules.iter().map(|rule| rule.metadata.family.as_str()).collect();
    if known.contains(family) {
        return Ok(());
    }
    let all = known.iter().copied().collect::<Vec<_>>().join(", ");
    let near = nearest(known.iter().copied(), family);
    let help = near.map_or_else(
        || format!("one of {all}"),
        |near| format!("did you mean `{near}`? One of {all}"),
    );
    let help = crate::report::visible(&help).into_owned();
    Err(NoSelection::Family { name: crate::report::visible(family).into_owned(), help })
}

fn described(rule: &Rule) -> serde_json::Value {
    let metadata = &rule.metadata;
    serde_json::json!({
        "id": metadata.id,
        "title": metadata.title,
        "family": metadata.family,
        "severity": metadata.severity,
        "securitySeverity": metadata.security_severity,
        "profiles": metadata.profiles.iter().map(|profile| profile.name()).collect::<Vec<_>>(),
        "language": rule.language(),
        "appliesTo": metadata.applies_to,
        "controls": metadata.controls,
        "since": metadata.since,
    })
}

fn show(args: &ShowArgs) -> miette::Result<u8> {
    let set = load(&args.rules)?;
    let rule = find(&set, &args.id)?;
    let mut text = serde_json::to_string_pretty(&described(rule)).unwrap_or_default();
    if let crate::engine::Logic::Rego { name, text: module } = &rule.logic {
        text.push_str("\n\n# ");
        text.push_str(name);
        text.push('\n');
        text.push_str(module);
    }
    text.push('\n');
    terminal::print(text.as_bytes())?;
    Ok(exit::CLEAN)
}
