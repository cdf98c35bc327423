//! What a rule's `check.rs` works with: the resource, the context, the verdict.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

use super::declared::Declarations;
use super::parameters::Parameters;
use crate::access::action::ActionTable;
use crate::access::{Access, AccessIndex};
use crate::change::{Changes, ResourceChange};
use crate::finding::{Level, Location};
use crate::inventory::script::ScriptOperation;
use crate::inventory::{
    BackupPolicy, Estate, Fact, Gap, Protection, Reason, Resource, SnapshotInfo, Time, Vault,
    VirtualMachine,
};

/// The logic of one rule: a function over one kind of target.
#[derive(Clone, Copy)]
pub enum Check {
    /// Judges each vault of the types the rule applies to.
    Vault(for<'a> fn(&Vault<'a>, &Context<'_, 'a>) -> Verdict),
    /// Judges each protected item and backup instance.
    Protection(for<'a> fn(&Protection<'a>, &Context<'_, 'a>) -> Verdict),
    /// Judges each virtual machine.
    VirtualMachine(for<'a> fn(&VirtualMachine<'a>, &Context<'_, 'a>) -> Verdict),
    /// Judges each backup policy.
    BackupPolicy(for<'a> fn(&BackupPolicy<'a>, &Context<'_, 'a>) -> Verdict),
    /// Judges each operation of scripts and pipelines.
    Operation(for<'a> fn(&ScriptOperation<'a>, &Context<'_, 'a>) -> Verdict),
    /// Judges each resource of the types the rule applies to, where there is no view of its own.
    Resource(for<'a> fn(&Resource<'a>, &Context<'_, 'a>) -> Verdict),
    /// Judges each target of the types the rule applies to, whatever its view.
    Target(for<'a> fn(&Target<'_, 'a>, &Context<'_, 'a>) -> Verdict),
    /// Judges every target of every type.
    Any(for<'a> fn(&Target<'_, 'a>, &Context<'_, 'a>) -> Verdict),
    /// Judges what becomes of each resource of the types the rule applies to, in a change.
    Change(for<'a> fn(&ResourceChange<'a>, &Changes<'_, 'a>, &Context<'_, 'a>) -> Verdict),
    /// Judges each thing that could not be read.
    Gap(for<'a> fn(&Gap, &Context<'_, 'a>) -> Verdict),
    /// Judges each snapshot among the inputs.
    Snapshot(for<'a> fn(&SnapshotInfo, &Context<'_, 'a>) -> Verdict),
    /// Judges each suppression, after every other rule has run.
    Suppression(for<'a> fn(&SuppressionUse, &Context<'_, 'a>) -> Verdict),
}

/// What a rule may see beside its target.
#[derive(Clone, Copy)]
pub struct Context<'e, 'a> {
    /// The whole estate.
    pub estate: &'e Estate<'a>,
    /// The clock of the run: for snapshots the time of collection.
    pub now: Time,
    /// The clock on the wall, for the age of snapshots and the expiry of suppressions.
    pub wall_clock: Time,
    /// The level of a failure, if the rule sets none.
    pub level: Level,
    /// The rule's parameters, defaults filled in.
    pub parameters: &'e Parameters,
    /// What the business has declared.
    pub declarations: &'e Declarations,
    /// The parameters of the rule that judges what carries a tag, if it takes part in the run: rules
    /// on the coverage of one type hand over to it.
    pub tag_rule: Option<&'e Parameters>,
    /// The parameters of the rule on those who approve their own requests, if it takes part in the run: the
    /// rule on those who could make themselves approvers hands over to it.
    pub approval_rule: Option<&'e Parameters>,
    /// What the estate says about access, made ready when the first rule of the run asks.
    pub index: &'e OnceLock<AccessIndex>,
}

impl<'e, 'a> Context<'e, 'a> {
    /// Who holds what, at the clock of the run.
    pub fn access(&self) -> Access<'e, 'a> {
        let (estate, now) = (self.estate, self.now);
        let index = self.index.get_or_init(|| AccessIndex::new(estate, now, &ActionTable::CLOSED));
        Access::new(index, estate)
    }
}

/// One resource with its view.
#[derive(Clone, Copy)]
pub enum Target<'e, 'a> {
    /// A vault of either kind.
    Vault(&'e Vault<'a>),
    /// A protected item or backup instance.
    Protection(&'e Protection<'a>),
    /// A virtual machine.
    VirtualMachine(&'e VirtualMachine<'a>),
    /// A backup policy.
    BackupPolicy(&'e BackupPolicy<'a>),
    /// An operation of a script or pipeline.
    Operation(&'e ScriptOperation<'a>),
    /// Anything else.
    Resource(&'e Resource<'a>),
    /// What becomes of a resource.
    Change(&'e ResourceChange<'a>, &'e Changes<'e, 'a>),
}

impl<'e, 'a> Target<'e, 'a> {
    /// Who it is and how to read it.
    pub fn resource(&self) -> &'e Resource<'a> {
        match self {
            Self::Vault(vault) => &vault.resource,
            Self::Protection(protection) => &protection.resource,
            Self::VirtualMachine(machine) => &machine.resource,
            Self::BackupPolicy(policy) => &policy.resource,
            Self::Operation(operation) => &operation.resource,
            Self::Resource(resource) => resource,
            Self::Change(change, _) => change.resource(),
        }
    }
}

/// How one suppression fared.
#[derive(Clone, Debug)]
pub struct SuppressionUse {
    /// Its place in the configuration, from zero.
    pub index: usize,
    /// The rule it names.
    pub rule: String,
    /// The glob it names.
    pub pattern: String,
    /// Where it stands in the configuration.
    pub location: Location,
    /// Its last day, `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// Whether that day is past.
    pub expired: bool,
    /// How many results it waives, or would waive had it not expired.
    pub matches: u64,
    /// Whether the rule it names was undecided somewhere, so that a match may have been missed.
    pub blinded: bool,
    /// Whether the rule it names ran at all.
    pub active: bool,
}

/// The verdict of a rule on one target.
pub type Verdict = Result<Outcome, Undecided>;

/// What a rule can say when it knows enough.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// No defect.
    Pass,
    /// The rule does not speak of this target.
    NotApplicable,
    /// One or more defects.
    Fail(Vec<Defect>),
}

impl Outcome {
    /// One defect.
    ///
    /// # Errors
    /// Never; it returns a [`Verdict`] so that it can stand last in a check.
    pub fn fail(defect: Defect) -> Verdict {
        Ok(Self::Fail(vec![defect]))
    }
}

/// One defect, with its evidence.
#[derive(Clone, Debug, Default)]
pub struct Defect {
    /// The property that is wrong; empty for the resource as a whole.
    pub path: Cow<'static, str>,
    /// What was read.
    pub observed: Value,
    /// What would be right.
    pub expected: Value,
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// Other resources in evidence: id, and what it has to do with it.
    pub related: Vec<(String, String)>,
    /// A level other than the severity's own.
    pub level: Option<Level>,
}

impl Defect {
    /// A defect at a path.
    pub fn at(path: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), ..Self::default() }
    }

    /// Adds what was read.
    #[must_use]
    pub fn observed(mut self, value: impl Into<Value>) -> Self {
        self.observed = value.into();
        self
    }

    /// Adds what would be right.
    #[must_use]
    pub fn expected(mut self, value: impl Into<Value>) -> Self {
        self.expected = value.into();
        self
    }

    /// Adds another resource in evidence.
    #[must_use]
    pub fn related(mut self, resource: impl Into<String>, message: impl Into<String>) -> Self {
        self.related.push((resource.into(), message.into()));
        self
    }

    /// Sets a level other than the severity's own.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }
}

/// Why a rule cannot decide.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The reason.
    pub reason: Reason,
    /// The property that is unknown; empty for a list that was not read.
    pub path: Cow<'static, str>,
    /// What is missing, as one sentence without a full stop; empty to let the engine say it.
    pub message: String,
}

impl Undecided {
    /// Undecided for a reason, with what is missing in words.
    pub fn because(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, path: Cow::Borrowed(""), message: message.into() }
    }
}

/// Reading a fact in a check: known values pass through, unknown ones end the check.
pub trait Decide<T> {
    /// The value, or `None` if it is not set.
    ///
    /// # Errors
    /// [`Undecided`] with the path, if the fact is unknown.
    fn decide(self, path: &'static str) -> Result<Option<T>, Undecided>;
}

impl<T> Decide<T> for Fact<T> {
    fn decide(self, path: &'static str) -> Result<Option<T>, Undecided> {
        self.optional().map_err(|reason| Undecided {
            reason,
            path: Cow::Borrowed(path),
            message: String::new(),
        })
    }
}

/// Whether the backups of an item or instance are meant to run, for rules about how they go.
///
/// # Errors
/// [`Undecided`] if its state is unknown, and for code, which never shows how backups go.
pub fn is_running(item: &Protection<'_>) -> Result<bool, Undecided> {
    let active = item.is_active().map_err(|reason| Undecided {
        reason,
        path: Cow::Borrowed(item.state_path()),
        message: String::new(),
    })?;
    if active && item.is_declared() {
        let message = "code does not show how backups go";
        return Err(Undecided::because(Reason::SourceCannotSay, message));
    }
    Ok(active)
}
