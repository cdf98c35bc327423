//! Putting a run together: rules, configuration and estate.

use std::sync::OnceLock;

use jiff::civil::Date;

use super::Run;
use super::declare::declarations;
use super::finish::{Edits, IsWanted, Waiver, Waivers};
use super::load::RuleSet;
use super::plan::{ActiveRule, EngineError, Plan, PlanOptions};
use crate::change::Changes;
use crate::config::{Config, ConfigError, InlineSuppression, Overrides, Settings, Suppressions};
use crate::finding::{Location, OutcomeKind, Severity, SuppressionRef};
use crate::inventory::{Estate, Time};
use crate::result::Report;
use crate::rule::{Declarations, SuppressionUse};
use crate::snapshot::{Documents, Inputs};

/// The two clocks of a run.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// The time that verdicts are about.
    pub now: Time,
    /// The time on the wall.
    pub wall_clock: Time,
}

/// What a run takes beside rules, configuration and estate.
pub struct Judging<'e> {
    /// The subcommand's name.
    pub command: &'static str,
    /// What the estate was read from.
    pub documents: &'e Documents,
    /// The clocks.
    pub clocks: Clocks,
    /// Outcomes that the report lists.
    pub outcomes: &'e [OutcomeKind],
    /// Waivers in comments of code.
    pub inline: &'e [InlineSuppression],
    /// What the report is about, if not all of it.
    pub is_wanted: Option<Box<IsWanted<'e>>>,
    /// What changes, where there is a before and an after; the estate is the one after.
    pub changes: Option<&'e Changes<'e, 'e>>,
    /// The edits that carry out a remedy; nobody edits what Azure answered.
    pub edits: Option<Box<Edits<'e>>>,
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
        let documents = inputs.documents();
        let judging = Judging {
            command: "audit",
            documents,
            clocks,
            outcomes,
            inline: &[],
            is_wanted: None,
            changes: None,
            edits: None,
        };
        self.judge(plan, estate, judging)
    }

    /// Judges an estate by a plan of this session.
    pub fn judge<'e>(
        &'e self,
        plan: &'e Plan,
        estate: &'e Estate<'_>,
        judging: Judging<'e>,
    ) -> Report<'e> {
        let Judging { command, documents, clocks, outcomes, inline, is_wanted, changes, edits } =
            judging;
        plan.run(Run {
            estate,
            changes,
            command,
            inputs: Vec::new(),
            now: clocks.now,
            wall_clock: clocks.wall_clock,
            declarations: &self.declarations,
            waivers: Box::new(Live {
                suppressions: &self.suppressions,
                inline,
                today: clocks.wall_clock.date(),
            }),
            is_wanted,
            locate: Box::new(|slice| documents.locate(slice)),
            edits: edits.unwrap_or_else(|| Box::new(|_| Vec::new())),
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
    inline: &'c [InlineSuppression],
    today: Date,
}

impl Waivers for Live<'_> {
    fn matching(&self, rule: &str, resource: &str, place: Option<&Location>) -> Vec<Waiver> {
        let uri = place.map(|place| place.uri.as_str());
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
        let mut inline = self.inline.iter().enumerate();
        let inline = inline.find(|(_, inline)| inline.covers(rule, resource, place));
        let inline = inline.map(|(at, inline)| Waiver {
            index: self.suppressions.len() + at,
            live: Some(SuppressionRef {
                reason: inline.reason.clone(),
                owner: format!("{}:{}", inline.location.uri, inline.location.start_line),
                expires: None,
            }),
        });
        let lapsed = lapsed.map(|index| Waiver { index, live: None });
        live.into_iter().chain(inline).chain(lapsed).collect()
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
        let inline = self.inline.iter().zip(self.suppressions.len()..);
        let inline = inline.map(|(inline, index)| SuppressionUse {
            index,
            rule: inline.rule.clone(),
            pattern: format!("{}:{}", inline.location.uri, inline.location.start_line),
            location: inline.location.clone(),
            expires: None,
            expired: false,
            matches: 0,
            blinded: false,
            active: false,
        });
        uses.chain(inline).collect()
    }
}
