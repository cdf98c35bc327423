//! Putting a run together: rules, configuration and estate.

use std::sync::OnceLock;

use jiff::civil::Date;

use super::Run;
use super::declare::declarations;
use super::finish::{Waiver, Waivers};
use super::load::RuleSet;
use super::plan::{ActiveRule, EngineError, Plan, PlanOptions};
use crate::config::{Config, ConfigError, Overrides, Settings, Suppressions};
use crate::finding::{OutcomeKind, Severity, SuppressionRef};
use crate::inventory::{Estate, Time};
use crate::result::Report;
use crate::rule::{Declarations, SuppressionUse};
use crate::snapshot::Inputs;

/// The two clocks of a run.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// The time that verdicts are about.
    pub now: Time,
    /// The time on the wall.
    pub wall_clock: Time,
}

/// Rules and configuration, ready for estates.
pub struct Session<'s> {
    set: &'s RuleSet,
    settings: Settings,
    declarations: Declarations,
    suppressions: Suppressions,
}

impl<'s> Session<'s> {
    /// Merges the configuration with the command line.
    ///
    /// # Errors
    /// When a selector names nothing, or no rule is left active.
    pub fn new(
        set: &'s RuleSet,
        mut config: Config,
        overrides: &Overrides,
    ) -> Result<Self, ConfigError> {
        let settings = Settings::resolve(&config, overrides, &set.metadata())?;
        let declarations = declarations(&mut config);
        Ok(Self { set, settings, declarations, suppressions: config.suppressions })
    }

    /// Judges an estate that was read from these inputs, by a plan of this session.
    pub fn audit<'e>(
        &'e self,
        plan: &'e Plan,
        inputs: &'e Inputs,
        estate: &'e Estate<'_>,
        clocks: Clocks,
        outcomes: &'e [OutcomeKind],
    ) -> Report<'e> {
        plan.run(Run {
            estate,
            command: "audit",
            inputs: Vec::new(),
            now: clocks.now,
            wall_clock: clocks.wall_clock,
            declarations: &self.declarations,
            waivers: Box::new(Live {
                suppressions: &self.suppressions,
                today: clocks.wall_clock.date(),
            }),
            locate: Box::new(|slice| inputs.documents().locate(slice)),
            // Nobody edits what Azure answered.
            edits: Box::new(|_| Vec::new()),
            outcomes,
            fail_on: self.settings.fail_on,
            notices: notices(&self.settings),
            access: OnceLock::new(),
        })
    }

    /// The active rules, prepared for a clock.
    ///
    /// # Errors
    /// When a Rego module is refused by the gate or does not compile.
    pub fn plan(&self, now: Time, options: PlanOptions) -> Result<Plan, EngineError> {
        let active = self.settings.rules.iter().filter_map(|active| {
            let rule = self.set.find(&active.metadata.id)?.clone();
            Some(ActiveRule {
                rule,
                severity: active.severity,
                parameters: active.parameters.clone(),
            })
        });
        Plan::new(active.collect(), &self.set.libraries, now, options)
    }

    /// Whether a person asked for what the rules say of each control.
    pub fn is_by_control(&self) -> bool {
        self.settings.by_control
    }

    /// Failures at or above this severity fail the run.
    pub fn fail_on(&self) -> Severity {
        self.settings.fail_on
    }
}

/// Remarks on what did not run.
fn notices(settings: &Settings) -> Vec<String> {
    let mut notices = settings.notices.clone();
    if !cfg!(feature = "rego") {
        notices.push("this build has no Rego engine: rules written in Rego did not run".to_owned());
    }
    notices
}

/// The suppressions of the configuration, on a given day.
struct Live<'c> {
    suppressions: &'c Suppressions,
    today: Date,
}

impl Waivers for Live<'_> {
    fn matching(&self, rule: &str, resource: &str, uri: Option<&str>) -> Vec<Waiver> {
        let live = self.suppressions.matching(rule, resource, uri, self.today);
        let lapsed = self.suppressions.lapsed(rule, resource, uri, self.today);
        let reference = |index: usize| {
            let suppression = self.suppressions.get(index)?;
            Some(SuppressionRef {
                reason: suppression.reason.clone(),
                owner: suppression.owner.clone(),
                expires: suppression.expires.map(|day| day.to_string()),
            })
        };
        let live = live.map(|index| Waiver { index, live: reference(index) });
        live.into_iter().chain(lapsed.map(|index| Waiver { index, live: None })).collect()
    }

    fn uses(&self) -> Vec<SuppressionUse> {
        let uses = self.suppressions.iter().enumerate().map(|(index, suppression)| {
            let pattern = suppression.resource.as_ref().or(suppression.path.as_ref());
            SuppressionUse {
                index,
                rule: suppression.rule.clone(),
                pattern: pattern.map(|pattern| pattern.text().to_owned()).unwrap_or_default(),
                location: suppression.location.clone(),
                expires: suppression.expires.map(|day| day.to_string()),
                expired: suppression.has_expired(self.today),
                matches: 0,
                blinded: false,
                active: false,
            }
        });
        uses.collect()
    }
}
