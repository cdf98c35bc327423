//! The model: Azure Backup resources as ARM shows them, ids, facts, and where each was read.
//!
//! Pure data. It knows no file format, no rule and no report, and never guesses a value.

mod agent;
mod assigned;
mod body;
mod coverage;
mod declared;
mod deny_assignment;
mod directory;
mod disk;
mod disk_selection;
mod draft;
mod enhanced;
mod estate;
mod evaluated;
mod fact;
mod failure;
mod governance;
mod health;
mod held;
mod history;
pub mod id;
mod instance_view;
mod jobs;
mod join;
mod key;
mod kind;
mod linked_guards;
mod location;
mod machine;
mod management_group;
mod monitoring;
mod neighbour;
mod network;
mod pattern;
pub mod placeholder;
mod plain;
mod policy;
mod property;
mod protection;
mod purge;
mod region;
mod resource;
mod restored;
mod role_schedule;
pub mod script;
mod segmented;
mod spelling;
mod streak;
mod time;
mod tree;
mod vault;
mod written;

pub use body::{Body, Completeness, Found, Malformed};
pub use coverage::{Coverage, Gap, GapReason, NotTaken, Reading, SnapshotInfo};
pub use deny_assignment::{DeniedPrincipal, DenyAssignment};
pub use directory::{DirectoryKind, DirectoryObject, Member};
pub use disk::{AttachedDisk, Disk, DiskState, DiskSummary, SizedDisk, needs_enhanced_policy};
pub use disk_selection::DiskSelection;
pub use draft::{Draft, DraftValue};
pub use estate::{Address, Estate, Part, RESTORES};
pub use evaluated::{Evaluated, EvaluatedValue, Members, Via};
#[cfg(feature = "rego")]
pub(crate) use evaluated::{REST, TAKES_REST};
pub use fact::{Fact, List, Reason, Scalar, Section};
pub use failure::{AGENT_CODES, FailureClass};
pub use governance::{GuardLink, Lock, Permission, ResourceGuard, RoleAssignment, RoleDefinition};
pub use health::{Health, HealthDetails, HealthStatus, is_fine};
pub use held::Held;
pub use history::{Job, JobStatus, RecoveryPoint};
pub use id::{IdKey, ResourceId};
pub use instance_view::{ExtensionView, InstanceView, PowerState, Status, VmAgent};
pub use jobs::OwnJob;
pub use key::{KeyReference, KeyUse, KeyVault, VaultKey};
pub use kind::Kind;
pub use linked_guards::LinkedGuards;
pub use location::Location;
pub use machine::{MachineDetails, Nearby, SecurityType, VirtualMachine};
pub use management_group::{Above, listed_subscription, management_group_id};
pub use monitoring::{
    ActionGroup, ActivityLogAlert, Event, MetricAlert, Monitoring, RESTORE_HEALTH,
    ScheduledQueryRule, Watch,
};
pub use neighbour::Locks;
pub use network::{
    AccessUnknown, CONNECTIONS, DnsZones, IdleConnection, PrivateAccess, PrivateEndpoint,
    VaultService,
};
pub use pattern::matches_pattern;
pub use policy::{BackupPolicy, PolicyType, Tiers};
pub use property::{PROPERTIES, Property};
pub use protection::{BackupStatus, Present, Protection, ProtectionState, Shared, Workload};
pub use purge::{NotTold, TimeLeft};
pub use resource::{Envelope, Resource, View, agreeing_regions, normalised_region, same_region};
pub use restored::{RestoreJob, Restored};
pub use role_schedule::RoleScheduleInstance;
pub use segmented::Segmented;
pub use spelling::spelled;
pub use streak::Streak;
pub use time::{Moment, Span, Time};
pub use tree::{About, Place, Slot, StepNumber, Texts, Told, Tree, TreeBuilder, ViaKind};
pub use vault::{GuardFlag, Setting, Settings, Vault};
pub use written::{Written, WrittenContent, WrittenStep};
