//! The rule contract: metadata, verdicts and what a rule may see.
//!
//! A rule sees facts and answers a verdict. It does no input or output, reads no clock but the one
//! it is given, and knows neither severity nor report.

mod bundled;
mod contract;
mod control;
mod coverage;
mod declared;
mod disk_backup;
pub mod fix;
mod guarded;
mod matched;
mod metadata;
pub mod page;
mod parameters;
mod policy;
pub mod script;

pub use bundled::{Bundled, BundledLogic};
pub use contract::{
    Check, Context, Decide, Defect, Outcome, SuppressionUse, Target, Undecided, Verdict, is_running,
};
pub use control::{Control, controls, names_control};
pub use coverage::{Backup, TAG_RULE, TagPattern};
pub use declared::{
    Class, Data, DataMatcher, Declarations, Declared, Mandate, Matcher, Named, Operator,
    ResourceMatcher, RestoreEvidence, RetentionDays, SecurityLevel, ServedTarget, Serves, Staging,
};
pub use disk_backup::Inside;
pub use fix::{Change, Fix};
pub use guarded::{APPROVAL_RULE, AtGuard, defect_of_both, over_guards};
pub use matched::{Matched, classes_of_datasource};
pub use metadata::{
    FactDeclaration, Input, Metadata, MetadataError, Parameter, Profile, Remediation, is_rule_id,
};
pub use parameters::Parameters;
