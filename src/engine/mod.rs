//! The engine: which rules judge what, in parallel, and what becomes of their verdicts.

#[cfg(feature = "rego")]
mod annotation;
pub mod cases;
mod declare;
mod evaluate;
mod facts;
mod finish;
#[cfg(feature = "rego")]
mod input;
mod judged;
mod load;
#[cfg(feature = "rego")]
mod partial;
mod plan;
#[cfg(feature = "rego")]
mod projection;
#[cfg(feature = "rego")]
mod recall;
#[cfg(feature = "rego")]
mod rego_rules;
mod session;
#[cfg(feature = "rego")]
mod slot;
mod targets;
mod variants;
#[cfg(feature = "rego")]
mod veil;

pub use declare::declarations;
#[cfg(feature = "rego")]
pub use facts::undeclared_reads;
pub use facts::unseen_facts;
pub use finish::{Edits, IsWanted, Locate, Waiver, Waivers};
pub use load::{LoadError, RuleSet};
pub use plan::{ActiveRule, EngineChoice, EngineError, Logic, Plan, PlanOptions, Rule};
pub use session::{Clocks, Judging, Session};

use std::sync::OnceLock;

use crate::access::AccessIndex;
use crate::change::Changes;
use crate::finding::{OutcomeKind, Severity};
use crate::inventory::{Estate, Time};
use crate::result::Report;
use crate::rule::Declarations;
use targets::Targets;

/// What a run needs beside its rules and its estate.
pub struct Run<'e, 'a> {
    /// The estate.
    pub estate: &'e Estate<'a>,
    /// What changes; none for an estate as it is.
    pub changes: Option<&'e Changes<'e, 'a>>,
    /// The subcommand's name.
    pub command: &'static str,
    /// Inputs as they were named.
    pub inputs: Vec<String>,
    /// The clock of the run.
    pub now: Time,
    /// The clock on the wall.
    pub wall_clock: Time,
    /// What the business has declared.
    pub declarations: &'e Declarations,
    /// Waived findings.
    pub waivers: Box<dyn Waivers + 'e>,
    /// What the report is about, if not all of it; everything is judged all the same.
    pub is_wanted: Option<Box<IsWanted<'e>>>,
    /// Places of slices of the inputs.
    pub locate: Box<Locate<'e>>,
    /// The edits of the inputs that carry out a remedy.
    pub edits: Box<Edits<'e>>,
    /// Outcomes that the report lists. Failures and unknowns are kept in any case: the exit code and
    /// the suppressions need them.
    pub outcomes: &'e [OutcomeKind],
    /// Failures at or above this severity fail the run.
    pub fail_on: Severity,
    /// Remarks of those who prepared the run.
    pub notices: Vec<String>,
    /// Who holds what; empty until the first rule asks.
    pub access: OnceLock<AccessIndex>,
}

impl Plan {
    /// Judges the estate. The answer does not depend on the number of threads. Its findings are made
    /// while they are read, so it borrows from all that they come from.
    pub fn run<'e>(&'e self, run: Run<'e, '_>) -> Report<'e> {
        let mut targets = Targets::new(self, &run);
        let verdicts = evaluate::evaluate(self, &run, &mut targets);
        finish::finish(self, run, targets, verdicts)
    }
}
