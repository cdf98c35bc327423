//! `backuplint.toml`: found, read with the place of every mistake, merged with the command line.
//!
//! It knows the rules by their metadata only, runs none of them, and reads no clock: the day that
//! decides about expiry is passed in.

mod catalogue;
mod class;
mod declared;
mod error;
mod init;
mod inline;
mod nearest;
mod parameter;
mod pattern;
mod reader;
mod review;
mod rule_options;
mod schema;
mod selection;
mod selector;
mod settings;
mod suppression;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeTable;

pub use class::Class;
pub use declared::{
    BreakGlass, Mandate, OperationName, Operator, RestoreEvidence, Serves, Staging,
};
pub use error::ConfigError;
pub use init::template;
pub use inline::InlineSuppression;
pub use pattern::Pattern;
pub use review::ReviewOptions;
pub use rule_options::RuleOptions;
pub use schema::schema;
pub use selector::{Selector, TagValue};
pub use settings::{ActiveRule, Overrides, Settings};
pub use suppression::{Suppression, Suppressions};

use catalogue::Catalogue;
use error::{DUPLICATE, Problems, Source};
use nearest::{listed, nearest};
use reader::Fields;

use crate::finding::Severity;
use crate::rule::{Metadata, Profile};

/// The name that is looked for.
pub const FILE_NAME: &str = "backuplint.toml";

/// Everything a `backuplint.toml` says. The default is that of an empty file.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Profiles; empty means the default profile.
    pub profiles: Vec<Profile>,
    /// Failures at or above this severity make the run exit with 1.
    pub fail_on: Option<Severity>,
    /// Folders and files with more rules, relative paths resolved against the file's folder.
    pub rule_packs: Vec<PathBuf>,
    /// Whether every suppression must end some day.
    pub require_expiry: bool,
    /// Whether code that is linted is a part of something larger: what it lacks may be declared elsewhere.
    pub is_part: bool,
    /// Options by the present id of the rule.
    pub rules: BTreeMap<String, RuleOptions>,
    /// Classes of data.
    pub classes: Vec<Class>,
    /// Mandated vaults and policies.
    pub mandates: Vec<Mandate>,
    /// Who is meant to do what.
    pub operators: Vec<Operator>,
    /// Restore staging accounts.
    pub staging: Staging,
    /// Restore tests done outside Azure's job history.
    pub restore_evidence: Vec<RestoreEvidence>,
    /// Accounts for emergencies.
    pub break_glass: BreakGlass,
    /// What is decided about changes.
    pub review: ReviewOptions,
    /// Accepted findings.
    pub suppressions: Suppressions,
    source: Option<Source>,
}

/// A file that was read and not yet judged: its rule packs must be loaded first, since it may
/// configure their rules.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// The name in messages.
    pub name: String,
    /// The content, without a byte order mark.
    pub text: String,
}

impl Config {
    /// The nearest `backuplint.toml` in `from` or a folder above it.
    ///
    /// # Errors
    /// When a folder on the way cannot be looked into.
    pub fn discover(from: &Path) -> Result<Option<PathBuf>, ConfigError> {
        let error = |path: &Path, cause| ConfigError::Unreadable {
            path: path.display().to_string(),
            cause,
        };
        let from = std::path::absolute(from).map_err(|cause| error(from, cause))?;
        for folder in from.ancestors() {
            let path = folder.join(FILE_NAME);
            match path.metadata() {
                Ok(found) if !found.is_dir() => return Ok(Some(path)),
                Ok(_) => {}
                Err(cause)
                    if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(cause) => return Err(error(&path, cause)),
            }
        }
        Ok(None)
    }

    /// Reads and checks a file.
    ///
    /// # Errors
    /// When it cannot be read or anything in it is wrong; all that is wrong at once.
    pub fn load(path: &Path, rules: &[Arc<Metadata>]) -> Result<Self, ConfigError> {
        ConfigFile::read(path)?.parse(rules)
    }

    /// Checks a text. `name` is used in messages, and relative rule packs start at its folder.
    ///
    /// # Errors
    /// When anything in it is wrong; all that is wrong at once.
    pub fn parse(name: &str, text: &str, rules: &[Arc<Metadata>]) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut problems = Problems::new(name, text);
        let (root, errors) = DeTable::parse_recoverable(text);
        let is_duplicate = |error: &toml::de::Error| error.message().contains(DUPLICATE);
        for (index, error) in errors.iter().enumerate() {
            // A table given twice repeats its keys, too; the first place says it all.
            if !(is_duplicate(error) && errors[..index].iter().any(is_duplicate)) {
                problems.syntax(error);
            }
        }
        // What a broken text seems to say is not worth judging.
        let config = (!problems.any())
            .then(|| Self::read(&mut problems, name, root.get_ref(), Catalogue::new(rules)));
        problems.into_result().map(|()| config.unwrap_or_default())
    }

    /// Refuses operations that do not exist, once their table is at hand.
    ///
    /// # Errors
    /// When an `[[operator]]` names an operation that is not in `known`.
    pub fn check_operations(&self, known: &[&str]) -> Result<(), ConfigError> {
        let Some(source) = &self.source else { return Ok(()) };
        let mut problems = Problems::of(source);
        for operation in self.operators.iter().flat_map(|operator| &operator.operations) {
            if known.contains(&operation.name.as_str()) {
                continue;
            }
            let label = nearest(&operation.name, known.iter().copied()).map_or_else(
                || "no such operation".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("unknown operation `{}`", operation.name);
            let help = "`backuplint explain` lists the operations";
            problems.value(operation.at.clone(), message, label, help);
        }
        problems.into_result()
    }

    fn read<'t>(
        problems: &mut Problems,
        name: &str,
        root: &'t DeTable<'t>,
        catalogue: Catalogue<'_>,
    ) -> Self {
        let mut fields = Fields::new(root, "the file", 0..0);
        let profiles = profiles(problems, &mut fields);
        let fail_on = rule_options::severity(problems, &mut fields, "fail-on");
        let rule_packs = fields.texts(problems, "rule-packs", "policies/");
        let require_expiry = fields.boolean(problems, "require-expiry").unwrap_or_default();
        let is_part = is_part(problems, &mut fields);
        let rules = fields
            .table(problems, "rules", "[rules]", "write [rules.ID] and the rule's keys below it")
            .map(|rules| RuleOptions::read_all(problems, &rules, catalogue))
            .unwrap_or_default();
        let mut classes = Vec::new();
        for class in fields.tables(problems, "class") {
            classes.push(Class::read(problems, class, &classes));
        }
        let mandates = fields.tables(problems, "mandate");
        let operators = fields.tables(problems, "operator");
        let staging =
            fields.table(problems, "staging", "[staging]", "write [staging] and its keys below it");
        let evidence = fields.tables(problems, "restore-evidence");
        let break_glass = fields.table(
            problems,
            "break-glass",
            "[break-glass]",
            "write [break-glass] and its keys below it",
        );
        let review =
            fields.table(problems, "review", "[review]", "write [review] and its keys below it");
        let mut suppressions = Suppressions::default();
        for suppression in fields.tables(problems, "suppression") {
            if let Some(read) = Suppression::read(problems, suppression, catalogue, require_expiry)
            {
                suppressions.push(read);
            }
        }
        fields.finish(problems);
        Self {
            profiles,
            fail_on,
            rule_packs: rule_packs.into_iter().map(|text| beside(name, &text.text)).collect(),
            require_expiry,
            is_part,
            rules,
            classes,
            mandates: mandates.into_iter().map(|fields| Mandate::read(problems, fields)).collect(),
            operators: operators
                .into_iter()
                .map(|fields| Operator::read(problems, fields))
                .collect(),
            staging: staging.map(|fields| Staging::read(problems, fields)).unwrap_or_default(),
            restore_evidence: evidence
                .into_iter()
                .filter_map(|fields| RestoreEvidence::read(problems, fields))
                .collect(),
            break_glass: break_glass
                .map(|fields| BreakGlass::read(problems, fields))
                .unwrap_or_default(),
            review: review.map(|fields| ReviewOptions::read(problems, fields)).unwrap_or_default(),
            suppressions,
            source: Some(problems.source()),
        }
    }
}

impl ConfigFile {
    /// Reads a file without judging more than its encoding.
    ///
    /// # Errors
    /// When it cannot be read or is no UTF-8.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let here = std::env::current_dir().unwrap_or_default();
        let name = path.strip_prefix(&here).unwrap_or(path).display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|cause| ConfigError::Unreadable { path: name.clone(), cause })?;
        Self::decode(name, bytes)
    }

    fn decode(name: String, bytes: Vec<u8>) -> Result<Self, ConfigError> {
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self {
                name,
                text: text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text),
            }),
            Err(error) => {
                let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = 1 + memchr::memchr_iter(b'\n', valid).count();
                Err(ConfigError::NotUtf8 { path: name, line })
            }
        }
    }

    /// The rule packs it names, whatever else may be wrong with it.
    pub fn rule_packs(&self) -> Vec<PathBuf> {
        let mut ignored = Problems::new(&self.name, &self.text);
        let (root, _) = DeTable::parse_recoverable(&self.text);
        let mut fields = Fields::new(root.get_ref(), "", 0..0);
        let packs = fields.texts(&mut ignored, "rule-packs", "");
        packs.iter().map(|text| beside(&self.name, &text.text)).collect()
    }

    /// Checks it.
    ///
    /// # Errors
    /// When anything in it is wrong; all that is wrong at once.
    pub fn parse(&self, rules: &[Arc<Metadata>]) -> Result<Config, ConfigError> {
        Config::parse(&self.name, &self.text, rules)
    }
}

fn beside(file: &str, path: &str) -> PathBuf {
    Path::new(file).parent().map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
}

/// `iac-scope`: whether the code that is linted is all there is.
fn is_part(problems: &mut Problems, fields: &mut Fields<'_>) -> bool {
    const COMPLETE: &str = "complete";
    const PARTIAL: &str = "partial";
    let Some(scope) = fields.text(problems, "iac-scope", COMPLETE) else { return false };
    if ![COMPLETE, PARTIAL].contains(&scope.text.as_str()) {
        problems.value(
            scope.at,
            format!("`{}` is no scope of code", scope.text),
            format!("expected `{COMPLETE}` or `{PARTIAL}`"),
            "`partial` if locks, alerts or endpoints are declared in another repository",
        );
    }
    scope.text == PARTIAL
}

fn profiles(problems: &mut Problems, fields: &mut Fields<'_>) -> Vec<Profile> {
    let mut profiles = Vec::new();
    for name in fields.texts(problems, "profile", "default") {
        if let Some(profile) = Profile::ALL.into_iter().find(|profile| profile.name() == name.text)
        {
            profiles.push(profile);
        } else {
            let names = Profile::ALL.map(Profile::name);
            let label = nearest(&name.text, names).map_or_else(
                || "no such profile".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            problems.value(
                name.at,
                format!("unknown profile `{}`", name.text),
                label,
                format!("use {}", listed(names)),
            );
        }
    }
    profiles
}
