//! What is protected: protected items of Recovery Services vaults and backup instances of Backup
//! vaults, in one shape.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::fact::{Scalar, is_word};
use super::health::{self, Health, HealthDetails, HealthStatus};
use super::machine::Gist;
use super::resource::{View, plain};
use super::{Completeness, Fact, IdKey, Kind, Malformed, Moment, Reason, Resource, Section};

/// A protected item or a backup instance.
#[derive(Clone, Debug)]
pub struct Protection<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The ARM id of what is protected.
    pub datasource: Fact<Cow<'a, str>>,
    /// The key of that id, to join by, if it is known.
    pub(super) datasource_key: IdKey,
    /// The id of its vault, where the source lends it. Neighbours share one text.
    pub(super) vault: Option<&'a str>,
    /// Whether what it protects is known to lie in its own subscription.
    near: bool,
    pub(super) links: Links,
    /// The backup policy's id; some services write an empty text for "none".
    pub policy: Fact<Cow<'a, str>>,
    /// The state of protection.
    pub state: Fact<ProtectionState>,
    /// Deleted, and waiting for its soft-delete period to end.
    pub soft_deleted: Fact<bool>,
    /// What kind of thing it is.
    pub workload: Fact<Workload>,
    /// The newest recovery point.
    pub last_recovery_point: Fact<Moment>,
    /// When the last backup ran.
    pub last_backup: Fact<Moment>,
    /// How the last backup ended.
    pub last_backup_status: Fact<BackupStatus>,
    /// What the service says of its health.
    pub health: Health,
    /// The error that a backup instance ran into; its words stand in the body.
    pub error: Fact<Present>,
    /// Whether some disks of a virtual machine are left out; which ones stands in the body.
    pub disk_exclusion: Fact<Present>,
    /// The number of recovery points, where the service counts them: a GET of most items, no LIST.
    pub recovery_points: Fact<u32>,
}

/// Where in its estate something stands, and what it belongs to; none of it before it is joined.
#[derive(Clone, Copy, Debug)]
pub(super) struct Links {
    /// Its own position.
    pub at: u32,
    /// The machine that it protects.
    pub machine: u32,
    pub policy: u32,
    pub vault: u32,
    /// What rules ask of that machine.
    pub gist: Gist,
}

impl Links {
    /// The position of nothing: a list as long does not fit into memory.
    pub const NONE: u32 = u32::MAX;
    pub const UNKNOWN: Self = Self {
        at: Self::NONE,
        machine: Self::NONE,
        policy: Self::NONE,
        vault: Self::NONE,
        gist: Gist::NOTHING,
    };
}

/// An object is there; what it holds stands in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present;

/// State of protection, of both vault kinds
/// (<https://learn.microsoft.com/rest/api/backup/protected-items/get#protectionstate>,
/// <https://learn.microsoft.com/rest/api/dataprotection/backup-instances/get#currentprotectionstate>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is Azure's own name")]
pub enum ProtectionState {
    Protected,
    IRPending,
    ProtectionError,
    ProtectionStopped,
    ProtectionPaused,
    BackupsSuspended,
    ProtectionConfigured,
    ConfiguringProtection,
    ConfiguringProtectionFailed,
    UpdatingProtection,
    BackupSchedulesSuspended,
    RetentionSchedulesSuspended,
    SoftDeleting,
    SoftDeleted,
    NotProtected,
}

/// Azure's spelling of each state, in the order of [`ProtectionState`].
pub const STATES: &[&str] = &[
    "Protected",
    "IRPending",
    "ProtectionError",
    "ProtectionStopped",
    "ProtectionPaused",
    "BackupsSuspended",
    "ProtectionConfigured",
    "ConfiguringProtection",
    "ConfiguringProtectionFailed",
    "UpdatingProtection",
    "BackupSchedulesSuspended",
    "RetentionSchedulesSuspended",
    "SoftDeleting",
    "SoftDeleted",
    "NotProtected",
];

const ALL_STATES: [ProtectionState; 15] = [
    ProtectionState::Protected,
    ProtectionState::IRPending,
    ProtectionState::ProtectionError,
    ProtectionState::ProtectionStopped,
    ProtectionState::ProtectionPaused,
    ProtectionState::BackupsSuspended,
    ProtectionState::ProtectionConfigured,
    ProtectionState::ConfiguringProtection,
    ProtectionState::ConfiguringProtectionFailed,
    ProtectionState::UpdatingProtection,
    ProtectionState::BackupSchedulesSuspended,
    ProtectionState::RetentionSchedulesSuspended,
    ProtectionState::SoftDeleting,
    ProtectionState::SoftDeleted,
    ProtectionState::NotProtected,
];

impl ProtectionState {
    /// Azure's spelling.
    pub fn name(self) -> &'static str {
        STATES[self as usize]
    }

    /// Whether backups are meant to run.
    pub fn is_active(self) -> bool {
        matches!(
            self,
            Self::Protected
                | Self::IRPending
                | Self::ProtectionError
                | Self::ProtectionConfigured
                | Self::UpdatingProtection
                | Self::ConfiguringProtection
                | Self::RetentionSchedulesSuspended
        )
    }

    /// Whether somebody stopped, paused or suspended backups.
    pub fn is_stopped(self) -> bool {
        matches!(
            self,
            Self::ProtectionStopped
                | Self::ProtectionPaused
                | Self::BackupsSuspended
                | Self::BackupSchedulesSuspended
        )
    }
}

impl Scalar<'_> for ProtectionState {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        let at = STATES.iter().position(|name| is_word(&text, name))?;
        ALL_STATES.get(at).copied()
    }
}

/// What kind of thing a protection protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// A whole virtual machine.
    VirtualMachine,
    /// A database or instance inside a virtual machine.
    VirtualMachineWorkload,
    /// An Azure file share.
    FileShare,
    /// A server or folder on premises (MARS, DPM, Azure Backup Server).
    Hybrid,
    /// Something that a Backup vault protects: disk, blobs, Kubernetes, database server.
    BackupVaultDatasource,
    /// Something else.
    Other,
}

impl Workload {
    /// Every workload, in the order of the variants.
    pub const ALL: [Self; 6] = [
        Self::VirtualMachine,
        Self::VirtualMachineWorkload,
        Self::FileShare,
        Self::Hybrid,
        Self::BackupVaultDatasource,
        Self::Other,
    ];

    /// Its name for a person.
    pub fn name(self) -> &'static str {
        match self {
            Self::VirtualMachine => "virtual machines",
            Self::VirtualMachineWorkload => "databases in virtual machines",
            Self::FileShare => "file shares",
            Self::Hybrid => "servers on premises",
            Self::BackupVaultDatasource => "datasources of a Backup vault",
            Self::Other => "other data",
        }
    }

    /// The workload by its backup management type, as items and containers name it.
    pub fn of_management(text: &str) -> Self {
        let is = |name: &str| is_word(text, name);
        match () {
            () if is("AzureIaasVM") => Self::VirtualMachine,
            () if is("AzureWorkload") => Self::VirtualMachineWorkload,
            () if is("AzureStorage") => Self::FileShare,
            () if is("MAB") || is("DPM") || is("AzureBackupServer") => Self::Hybrid,
            () => Self::Other,
        }
    }
}

/// The workload by the type of an item, which code always names.
/// <https://learn.microsoft.com/azure/templates/microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems>
#[derive(Clone, Copy, Debug)]
struct ItemType(Option<Workload>);

impl Scalar<'_> for ItemType {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        let is = |name: &str| is_word(&text, name);
        let is_database = || text.get(..15).is_some_and(|start| is_word(start, "AzureVmWorkload"));
        Some(Self(match () {
            () if is("Microsoft.Compute/virtualMachines")
                || is("Microsoft.ClassicCompute/virtualMachines")
                || is("AzureIaaSVMProtectedItem") =>
            {
                Some(Workload::VirtualMachine)
            }
            () if is("AzureFileShareProtectedItem") => Some(Workload::FileShare),
            () if is("MabFileFolderProtectedItem") || is("DPMProtectedItem") => {
                Some(Workload::Hybrid)
            }
            () if is_database() => Some(Workload::VirtualMachineWorkload),
            () => None,
        }))
    }
}

impl Scalar<'_> for Workload {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        Some(Self::of_management(&text))
    }
}

/// How a backup ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupStatus {
    /// It has not run yet.
    IRPending,
    /// It worked: `Completed` or `Healthy`.
    Completed,
    /// It worked, and something deserves a look.
    CompletedWithWarnings,
    /// It failed, or anything else.
    Other,
}

impl Scalar<'_> for BackupStatus {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        let is = |name: &str| is_word(&text, name);
        Some(match () {
            () if is("IRPending") => Self::IRPending,
            () if is("Completed") || is("Healthy") => Self::Completed,
            () if is("CompletedWithWarnings") => Self::CompletedWithWarnings,
            () => Self::Other,
        })
    }
}

impl BackupStatus {
    /// Whether that backup left a recovery point.
    pub fn is_completed(self) -> bool {
        matches!(self, Self::Completed | Self::CompletedWithWarnings)
    }
}

impl Scalar<'_> for u32 {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        text.trim().parse().ok()
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked first"
    )]
    fn from_number(number: f64) -> Option<Self> {
        (0.0..=f64::from(Self::MAX)).contains(&number).then_some(number as Self)
    }
}

/// The properties read from a protected item.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct ItemProperties<'a> {
    #[serde(borrow)]
    source_resource_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    virtual_machine_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    policy_id: Fact<Cow<'a, str>>,
    protection_state: Fact<ProtectionState>,
    is_scheduled_for_deferred_delete: Fact<bool>,
    backup_management_type: Fact<Workload>,
    protected_item_type: Fact<ItemType>,
    last_recovery_point: Fact<Moment>,
    last_backup_time: Fact<Moment>,
    last_backup_status: Fact<BackupStatus>,
    health_status: Fact<HealthStatus>,
    protection_status: Fact<HealthStatus>,
    protected_item_health_status: Fact<HealthStatus>,
    #[serde(deserialize_with = "health::details")]
    health_details: Fact<HealthDetails>,
    extended_properties: Section<ExtendedProperties>,
    extended_info: Section<ExtendedInfo>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ExtendedProperties {
    disk_exclusion_properties: Section<IgnoredAny>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ExtendedInfo {
    recovery_point_count: Fact<u32>,
}

/// The properties read from a backup instance.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct InstanceProperties<'a> {
    #[serde(borrow)]
    data_source_info: Section<DataSource<'a>>,
    #[serde(borrow)]
    policy_info: Section<PolicyInfo<'a>>,
    current_protection_state: Fact<ProtectionState>,
    protection_error_details: Section<IgnoredAny>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct DataSource<'a> {
    #[serde(borrow, rename = "resourceID", alias = "resourceId")]
    resource_id: Fact<Cow<'a, str>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct PolicyInfo<'a> {
    #[serde(borrow)]
    policy_id: Fact<Cow<'a, str>>,
}

/// Texts that neighbouring items share.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shared<'a> {
    policy: &'a str,
    vault: &'a str,
}

impl<'a> View<'a> for Protection<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        Ok(if resource.kind == Kind::BackupInstance {
            let properties = resource.envelope::<InstanceProperties<'a>>()?.properties;
            Self::from_instance(resource, properties)
        } else {
            let properties = resource.envelope::<ItemProperties<'a>>()?.properties;
            Self::from_item(resource, properties)
        })
    }
}

impl<'a> Protection<'a> {
    /// Reads a protected item from JSON text in one pass; `None` if the text is not exactly that,
    /// which says nothing about what else it may be.
    pub fn from_plain_item(text: &'a str, completeness: Completeness) -> Option<Self> {
        let (resource, _, properties) = plain(text, Kind::ProtectedItem, completeness)?;
        Some(Self::from_item(resource, properties))
    }

    /// Takes the texts of the ids of policy and vault from a neighbour if they are the same, so that a
    /// million items read them from one place in memory, and see that they are the same.
    pub fn share(&mut self, neighbour: &mut Shared<'a>) {
        if let Fact::Known(Cow::Borrowed(policy)) = &mut self.policy {
            if *policy == neighbour.policy {
                *policy = neighbour.policy;
            }
            neighbour.policy = policy;
        }
        let id = self.resource.id.borrowed();
        let known = id.strip_prefix(neighbour.vault).is_some_and(|rest| rest.starts_with('/'));
        if !known || neighbour.vault.is_empty() {
            neighbour.vault = super::id::vault_of(id).unwrap_or_default();
        }
        self.vault = Some(neighbour.vault).filter(|vault| !vault.is_empty());
    }

    fn from_item(resource: Resource<'a>, properties: Section<ItemProperties<'a>>) -> Self {
        let properties = match properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => return Self::unreadable(resource, Reason::NotCollected),
            Fact::Unknown(reason) => return Self::unreadable(resource, reason),
        };
        // A LIST of items carries the same members as a GET, so an absence counts in both.
        let datasource = match properties.source_resource_id {
            Fact::Absent => properties.virtual_machine_id,
            known => known,
        };
        Self {
            datasource_key: key(&datasource),
            near: lies_near(&datasource, &resource),
            vault: None,
            links: Links::UNKNOWN,
            datasource,
            policy: properties.policy_id,
            state: properties.protection_state,
            soft_deleted: properties.is_scheduled_for_deferred_delete,
            workload: match (properties.backup_management_type, properties.protected_item_type) {
                (Fact::Absent, Fact::Known(ItemType(Some(workload)))) => Fact::Known(workload),
                (told, _) => told,
            },
            last_recovery_point: properties.last_recovery_point,
            last_backup: properties.last_backup_time,
            last_backup_status: properties.last_backup_status,
            health: Health {
                check: properties.health_status,
                protection: properties.protection_status,
                workload: properties.protected_item_health_status,
                details: properties.health_details,
            },
            error: Fact::Absent,
            disk_exclusion: properties
                .extended_properties
                .get(|extended| extended.disk_exclusion_properties.0.map(|_| Present)),
            recovery_points: properties.extended_info.get(|info| info.recovery_point_count),
            resource,
        }
    }

    fn from_instance(resource: Resource<'a>, properties: Section<InstanceProperties<'a>>) -> Self {
        let properties = match properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => return Self::unreadable(resource, Reason::NotCollected),
            Fact::Unknown(reason) => return Self::unreadable(resource, reason),
        };
        let datasource = properties.data_source_info.get(|source| source.resource_id);
        Self {
            datasource_key: key(&datasource),
            near: lies_near(&datasource, &resource),
            vault: None,
            links: Links::UNKNOWN,
            datasource,
            policy: properties.policy_info.get(|info| info.policy_id),
            soft_deleted: properties.current_protection_state.map(|state| {
                matches!(state, ProtectionState::SoftDeleted | ProtectionState::SoftDeleting)
            }),
            state: properties.current_protection_state,
            workload: Fact::Known(Workload::BackupVaultDatasource),
            // Backup instances do not carry these: they follow from recovery points and jobs.
            last_recovery_point: Fact::Unknown(Reason::SourceCannotSay),
            last_backup: Fact::Unknown(Reason::SourceCannotSay),
            last_backup_status: Fact::Unknown(Reason::SourceCannotSay),
            health: Health::default(),
            error: properties.protection_error_details.0.map(|_| Present),
            disk_exclusion: Fact::Absent,
            recovery_points: Fact::Absent,
            resource,
        }
    }

    fn unreadable(resource: Resource<'a>, reason: Reason) -> Self {
        Self {
            resource,
            datasource: Fact::Unknown(reason),
            datasource_key: IdKey::default(),
            near: false,
            vault: None,
            links: Links::UNKNOWN,
            policy: Fact::Unknown(reason),
            state: Fact::Unknown(reason),
            soft_deleted: Fact::Unknown(reason),
            workload: Fact::Unknown(reason),
            last_recovery_point: Fact::Unknown(reason),
            last_backup: Fact::Unknown(reason),
            last_backup_status: Fact::Unknown(reason),
            health: Health::unknown(reason),
            error: Fact::Unknown(reason),
            disk_exclusion: Fact::Unknown(reason),
            recovery_points: Fact::Unknown(reason),
        }
    }

    /// Whether what it protects is known to lie in its own subscription. `false` says nothing.
    pub fn lies_with_its_datasource(&self) -> bool {
        self.near
    }

    /// The id of the vault that it lies in.
    pub fn vault_id(&self) -> Option<&str> {
        self.vault.or_else(|| self.resource.id.vault())
    }

    /// The container segment of an item's id: `IaasVMContainer;iaasvmcontainerv2;GROUP;NAME`.
    pub fn container(&self) -> Option<&str> {
        super::id::segment_after(self.resource.id.as_str(), "protectionContainers")
    }

    /// The path of the state in the body.
    pub fn state_path(&self) -> &'static str {
        if self.resource.kind == Kind::BackupInstance {
            "properties.currentProtectionState"
        } else {
            "properties.protectionState"
        }
    }

    /// The path of what says that it is soft-deleted.
    pub fn soft_deleted_path(&self) -> &'static str {
        match self.resource.kind {
            Kind::BackupInstance => self.state_path(),
            _ => "properties.isScheduledForDeferredDelete",
        }
    }

    /// The path of the protected thing's id in the body.
    pub fn datasource_path(&self) -> &'static str {
        match self.resource.kind {
            Kind::BackupInstance => "properties.dataSourceInfo.resourceID",
            _ => "properties.sourceResourceId",
        }
    }

    /// The path of the policy's id in the body.
    pub fn policy_path(&self) -> &'static str {
        match self.resource.kind {
            Kind::BackupInstance => "properties.policyInfo.policyId",
            _ => "properties.policyId",
        }
    }

    /// Whether it is soft-deleted; an item that does not say so is not.
    ///
    /// # Errors
    /// The reason, if that cannot be known.
    pub fn is_soft_deleted(&self) -> Result<bool, Reason> {
        self.soft_deleted.or_default(false)
    }

    /// Whether backups are meant to run: an active state, and not soft-deleted. Code that declares an
    /// item and no state means it to run.
    ///
    /// # Errors
    /// The reason, if the state or the deletion cannot be known.
    pub fn is_active(&self) -> Result<bool, Reason> {
        if self.is_soft_deleted()? {
            return Ok(false);
        }
        match self.state {
            Fact::Known(state) => Ok(state.is_active()),
            Fact::Absent if self.is_declared() => Ok(true),
            Fact::Absent => Err(Reason::NotCollected),
            Fact::Unknown(reason) => Err(reason),
        }
    }

    /// Whether it brings back a whole machine. A database inside a machine is backed up on its own.
    pub fn protects_whole_machines(&self) -> bool {
        match self.workload {
            Fact::Known(workload) => {
                !matches!(workload, Workload::VirtualMachineWorkload | Workload::Hybrid)
            }
            _ => !self.resource.id.as_str().to_ascii_lowercase().contains("/vmappcontainer;"),
        }
    }

    /// What Azure calls it.
    pub fn noun(&self) -> &'static str {
        match self.resource.kind {
            Kind::BackupInstance => "backup instance",
            _ => "protected item",
        }
    }

    /// Whether it is of a workload, or may be.
    pub fn may_be(&self, workload: Workload) -> bool {
        match self.workload {
            Fact::Known(known) => known == workload,
            Fact::Absent | Fact::Unknown(_) => {
                let instance = self.resource.kind == Kind::BackupInstance;
                instance == (workload == Workload::BackupVaultDatasource)
            }
        }
    }

    /// Whether it may protect something, and what cannot be known.
    pub fn hides_its_datasource(&self) -> bool {
        matches!(self.datasource, Fact::Unknown(_)) && self.is_active() != Ok(false)
    }

    /// Whether it may protect a machine, and which one cannot be known.
    pub fn may_protect_any_machine(&self) -> bool {
        self.hides_its_datasource()
            && self.may_be(Workload::VirtualMachine)
            && self.protects_whole_machines()
    }

    /// Whether it was declared in code, where nothing runs.
    pub fn is_declared(&self) -> bool {
        self.resource.completeness == Completeness::Declared
    }
}

/// Compares the leading bytes of two ids while both are at hand. Spelled in other ways they may be of
/// one subscription all the same.
fn lies_near(datasource: &Fact<Cow<'_, str>>, resource: &Resource<'_>) -> bool {
    const START: &str = "/subscriptions/";
    const LENGTH: usize = START.len() + "00000000-0000-0000-0000-000000000000/".len();
    let Fact::Known(datasource) = datasource else { return false };
    let own = resource.id.as_str().get(..LENGTH);
    own.is_some_and(|own| {
        own.ends_with('/')
            && own[..START.len()].eq_ignore_ascii_case(START)
            && datasource.get(..LENGTH) == Some(own)
    })
}

fn key(id: &Fact<Cow<'_, str>>) -> IdKey {
    match id {
        Fact::Known(id) => IdKey::of(id),
        Fact::Absent | Fact::Unknown(_) => IdKey::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_own_name() {
        for (state, name) in ALL_STATES.into_iter().zip(STATES) {
            assert_eq!(ProtectionState::from_text(Cow::Borrowed(name)), Some(state));
            assert_eq!(state.name(), *name);
        }
        assert_eq!(ProtectionState::from_text(Cow::Borrowed("Invalid")), None);
    }
}
