//! What a run does after file and command line are merged: which rules, how severe, with which
//! parameters.
//!
//! `strict`, `regulated` and `hygiene` add to `default`, which is always on. `--select` replaces
//! profiles and `enabled = true`; it overrides `enabled = false` only by the rule's own id.
//! `--ignore` wins over everything. Rules of the `scan` family tell what the run could not see, so
//! they stay on unless `--ignore` or `enabled = false` names them.

use std::sync::Arc;

use super::Config;
use super::error::ConfigError;
use super::nearest::{listed, nearest};
use super::selection::Selection;
use crate::finding::Severity;
use crate::rule::{Metadata, Parameters, Profile};

/// Failures from here on fail a run, unless told otherwise.
const FAIL_ON: Severity = Severity::Medium;

/// The family whose rules speak of the run itself.
const SCAN: &str = "scan";

/// What the command line says about rules. Empty lists say nothing.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--profile`, instead of those in the file.
    pub profiles: Vec<String>,
    /// `--select`.
    pub select: Vec<String>,
    /// `--ignore`.
    pub ignore: Vec<String>,
    /// `--min-severity`.
    pub min_severity: Option<Severity>,
    /// `--fail-on`, instead of that in the file.
    pub fail_on: Option<Severity>,
}

/// The resolved view of one run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Profiles in force, `default` first.
    pub profiles: Vec<Profile>,
    /// Failures at or above this severity make the run exit with 1.
    pub fail_on: Severity,
    /// Active rules, sorted by id.
    pub rules: Vec<ActiveRule>,
    /// Whether somebody asked by control: the regulated profile, or a control in `--select`.
    pub by_control: bool,
    /// Remarks for reports: rules that the file switches off.
    pub notices: Vec<String>,
}

/// A rule that runs.
#[derive(Clone, Debug)]
pub struct ActiveRule {
    /// The rule.
    pub metadata: Arc<Metadata>,
    /// Its severity after the file's override.
    pub severity: Severity,
    /// Its parameters, defaults filled in.
    pub parameters: Parameters,
}

impl Settings {
    /// Merges file and command line.
    ///
    /// # Errors
    /// When an option names a profile, rule, family or control that does not exist, or when nothing
    /// is left to run.
    pub fn resolve(
        config: &Config,
        overrides: &Overrides,
        rules: &[Arc<Metadata>],
    ) -> Result<Self, ConfigError> {
        let mut errors = Vec::new();
        let all = || rules.iter().map(|rule| &**rule);
        let select = Selection::read("--select", &overrides.select, &all(), &mut errors);
        let ignore = Selection::read("--ignore", &overrides.ignore, &all(), &mut errors);
        let profiles = profiles(config, overrides, &mut errors);
        ConfigError::join("the command line".to_owned(), errors)?;

        let mut settings = Self {
            profiles,
            fail_on: overrides.fail_on.or(config.fail_on).unwrap_or(FAIL_ON),
            rules: Vec::new(),
            by_control: select.names_control(all()),
            notices: Vec::new(),
        };
        settings.by_control |= settings.profiles.contains(&Profile::Regulated);
        for rule in rules {
            let options = config.rules.get(&rule.id);
            let severity = options.and_then(|options| options.severity).unwrap_or(rule.severity);
            let scan = rule.family == SCAN;
            let mut on = if select.is_empty() {
                rule.profiles.iter().any(|profile| settings.profiles.contains(profile)) || scan
            } else {
                select.holds(rule) || scan
            };
            match options.and_then(|options| options.enabled) {
                Some(true) if select.is_empty() => on = true,
                Some(false) if on && !select.holds_by_id(rule) => {
                    on = false;
                    settings
                        .notices
                        .push(format!("rule `{}` is switched off in the configuration", rule.id));
                }
                _ => {}
            }
            let shown = scan || overrides.min_severity.is_none_or(|least| severity >= least);
            if !on || !shown || ignore.holds(rule) {
                continue;
            }
            let mut parameters = Parameters::defaults(rule);
            for (name, value) in options.iter().flat_map(|options| &options.parameters) {
                parameters.set(name, value.clone());
            }
            settings.rules.push(ActiveRule { metadata: Arc::clone(rule), severity, parameters });
        }
        settings.rules.sort_by(|left, right| left.metadata.id.cmp(&right.metadata.id));
        settings.notices.sort();
        settings.require_work(&select, &ignore, overrides).map(|()| settings)
    }

    /// The active rule with this id.
    pub fn rule(&self, id: &str) -> Option<&ActiveRule> {
        let found = self.rules.binary_search_by(|rule| rule.metadata.id.as_str().cmp(id));
        found.ok().map(|index| &self.rules[index])
    }

    /// Refuses a run that would judge nothing, which would look clean.
    fn require_work(
        &self,
        select: &Selection<'_>,
        ignore: &Selection<'_>,
        overrides: &Overrides,
    ) -> Result<(), ConfigError> {
        if self
            .rules
            .iter()
            .any(|rule| rule.metadata.family != SCAN || select.holds(&rule.metadata))
        {
            return Ok(());
        }
        let mut causes = Vec::new();
        if !select.is_empty() {
            causes.push(format!("`--select {}`", select.shown()));
        }
        if !ignore.is_empty() {
            causes.push(format!("`--ignore {}`", ignore.shown()));
        }
        if let Some(least) = overrides.min_severity {
            causes.push(format!("`--min-severity {least}`"));
        }
        if !self.notices.is_empty() || causes.is_empty() {
            causes.push("the configuration".to_owned());
        }
        Err(ConfigError::NothingActive { cause: causes.join(" and ") })
    }
}

fn profiles(config: &Config, overrides: &Overrides, errors: &mut Vec<ConfigError>) -> Vec<Profile> {
    let mut chosen = vec![Profile::Default];
    if overrides.profiles.is_empty() {
        chosen.extend(&config.profiles);
    }
    for name in &overrides.profiles {
        if let Some(profile) =
            Profile::ALL.into_iter().find(|profile| profile.name().eq_ignore_ascii_case(name))
        {
            chosen.push(profile);
        } else {
            let names = Profile::ALL.map(Profile::name);
            errors.push(ConfigError::UnknownName {
                message: format!("`--profile {name}` names no profile"),
                help: nearest(name, names).map_or_else(
                    || format!("use {}", listed(names)),
                    |near| format!("did you mean `--profile {near}`?"),
                ),
            });
        }
    }
    chosen.sort();
    chosen.dedup();
    chosen
}
