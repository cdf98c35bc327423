//! Results of an audit: outcomes, evidence, locations, fingerprints, and the report that holds them.
//!
//! Pure data. A report is complete and sorted when the engine hands it out; reporters only print.

mod fingerprint;
mod key;
mod severity;

pub use crate::inventory::Location;
pub use fingerprint::fingerprint;
pub use key::ResourceKey;
pub use severity::Severity;

use crate::inventory::Reason;

/// What a rule says of one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutcomeKind {
    /// A defect was proven.
    Fail,
    /// It could not be decided, and the reason is said.
    Unknown,
    /// Everything needed was read and there is no defect.
    Pass,
    /// The rule does not speak of this resource.
    NotApplicable,
}

impl OutcomeKind {
    /// Every outcome, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Fail, Self::Unknown, Self::Pass, Self::NotApplicable];

    /// The name used in every report and option.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// Another resource that belongs to the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Its ARM id in the spelling of the source, or its address in code.
    pub resource: String,
    /// What it has to do with the finding, as a short phrase.
    pub message: String,
    /// Where it stands, if it was read from a file.
    pub location: Option<Location>,
}

/// Why a result does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionRef {
    /// The reason its owner gave.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Last day on which it holds, `YYYY-MM-DD`.
    pub expires: Option<String>,
}

/// How a result compares with the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaselineState {
    /// Not in the baseline.
    New,
    /// In the baseline: shown, but does not fail the run.
    Unchanged,
    /// In the baseline with a lower severity: it counts as a new one.
    Updated,
}

/// What repairs a finding, whatever the language: one property of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// The resource that is changed, by its id.
    pub resource: String,
    /// Its ARM type.
    pub kind: String,
    /// The property, with the numbers of elements.
    pub path: String,
    /// What is set there; without a value the element is taken out of its list.
    pub value: Option<serde_json::Value>,
    /// Whether it can be taken back at once, costs nothing, destroys nothing, and stops neither a backup nor a
    /// restore.
    pub safe: bool,
    /// The edits of files that do it, none overlapping another; empty where nobody can tell which.
    pub edits: Vec<Edit>,
}

/// One replacement in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; empty, start and end being one place, for an insertion.
    pub location: Location,
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

/// One verdict of one rule on one resource.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Index into [`Report::rules`].
    pub rule: usize,
    /// The outcome.
    pub outcome: OutcomeKind,
    /// Severity after the user's overrides.
    pub severity: Severity,
    /// SARIF level when it differs from the severity's own (`error`, `warning`, `note`).
    pub level: Option<Level>,
    /// The ARM id in its first spelling, or an address in code, or the scope of a gap.
    pub resource: String,
    /// The resource's type in canonical spelling; empty where there is none.
    pub resource_type: String,
    /// The property, for example `properties.securitySettings`; empty for the resource as a whole.
    pub path: String,
    /// What was read.
    pub observed: serde_json::Value,
    /// What would be right.
    pub expected: serde_json::Value,
    /// What is wrong, as one sentence. Why and how to mend it come from the rule.
    pub message: String,
    /// Why the outcome is unknown.
    pub reason: Option<Reason>,
    /// The place of the property, or of its nearest parent.
    pub location: Option<Location>,
    /// Other resources in evidence.
    pub related: Vec<Related>,
    /// Stable identity: rule, resource and path; 32 hexadecimal digits.
    pub fingerprint: String,
    /// Comparison with the baseline, if one was given.
    pub baseline: Option<BaselineState>,
    /// What repairs a failure, where one property does.
    pub remedy: Option<Remedy>,
    /// Set when the user has waived this finding.
    pub suppression: Option<SuppressionRef>,
}

/// SARIF level (§3.27.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Shown as information.
    Note,
    /// Shown as a warning.
    Warning,
    /// Shown as an error.
    Error,
}

impl Level {
    /// The name that SARIF gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
