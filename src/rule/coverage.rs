//! Whether something is backed up, and whether it needs to be: what every coverage rule asks.

use super::contract::{Context, Defect, Outcome, Undecided, Verdict};
use crate::inventory::{
    Fact, Kind, Moment, Protection, Reason, Resource, ResourceId, Span, VirtualMachine, Workload,
    agreeing_regions,
};

/// Whether something is backed up.
#[derive(Clone, Copy, Debug)]
pub enum Backup<'e, 'a> {
    /// This one backs it up.
    Active(&'e Protection<'a>),
    /// Nothing does, and nothing that was not read could; there may be one that no longer runs.
    None(Option<&'e Protection<'a>>),
}

impl Backup<'_, '_> {
    /// The verdict of a rule that demands a backup. `missing` says what there is none of.
    ///
    /// # Errors
    /// Never; it returns a [`Verdict`] so that it can stand last in a check.
    pub fn verdict(self, missing: &str, expected: &str) -> Verdict {
        let last = match self {
            Self::Active(_) => return Ok(Outcome::Pass),
            Self::None(last) => last,
        };
        let Some(item) = last else {
            return Outcome::fail(Defect::at("", missing).expected(expected));
        };
        let (noun, state) = (item.noun(), described(item));
        Outcome::fail(
            Defect::at("", format!("its only {noun} is {state}"))
                .observed(state)
                .expected(expected)
                .related(item.resource.id.as_str(), format!("the {noun} that no longer runs")),
        )
    }
}

fn described(item: &Protection<'_>) -> String {
    if item.is_soft_deleted() == Ok(true) {
        return "soft-deleted".to_owned();
    }
    match item.state {
        Fact::Known(state) => state.name().to_owned(),
        Fact::Absent | Fact::Unknown(_) => Reason::UnrecognisedValue.name().to_owned(),
    }
}

/// `NAME` or `NAME=VALUE` of a parameter, compared without case.
#[derive(Clone, Copy, Debug)]
pub struct TagPattern<'c> {
    name: &'c str,
    value: Option<&'c str>,
}

impl<'c> TagPattern<'c> {
    /// Reads it; `None` if it is empty.
    pub fn of(text: &'c str) -> Option<Self> {
        let (name, value) =
            text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        (!name.is_empty()).then_some(Self { name, value })
    }

    /// Whether a resource has such a tag.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn holds(self, resource: &Resource<'_>) -> Result<bool, Undecided> {
        match resource.tag(self.name) {
            Fact::Known(found) => {
                Ok(self.value.is_none_or(|value| value.eq_ignore_ascii_case(&found)))
            }
            Fact::Absent => Ok(false),
            Fact::Unknown(reason) => {
                Err(Undecided { reason, path: "tags".into(), message: String::new() })
            }
        }
    }
}

/// The rule that judges what carries a tag, instead of the rules of each type.
pub const TAG_RULE: &str = "tagged-resource-not-backed-up";

impl<'e, 'a> Context<'e, 'a> {
    /// Whether a coverage rule does not speak of a resource: another rule does, or it needs no backup.
    /// Reads the parameters `exclude-tag` and `grace-hours`.
    pub fn is_exempt(&self, resource: &Resource<'_>, created: Fact<Moment>) -> bool {
        self.is_excluded(resource) || self.is_young(created)
    }

    /// The same for a machine, whose group is known already: there may be a million of them.
    pub fn is_exempt_machine(&self, machine: &VirtualMachine<'_>) -> bool {
        self.is_excluded_machine(machine) || self.is_young(machine.created)
    }

    /// The same whatever its age.
    pub fn is_excluded_machine(&self, machine: &VirtualMachine<'_>) -> bool {
        self.is_excluded_by_tag(&machine.resource) || self.estate.is_managed_machine(machine)
    }

    /// Whether a coverage rule does not speak of a resource, whatever its age. Reads the parameter
    /// `exclude-tag`.
    pub fn is_excluded(&self, resource: &Resource<'_>) -> bool {
        self.is_excluded_by_tag(resource) || self.estate.is_in_managed_group(resource)
    }

    fn is_excluded_by_tag(&self, resource: &Resource<'_>) -> bool {
        let has = |tag: Option<TagPattern<'_>>| {
            tag.is_some_and(|tag| matches!(tag.holds(resource), Ok(true)))
        };
        has(self.demanding_tag()) || has(self.excluded_tag())
    }

    /// Tags that could exempt a resource and are unknown.
    pub fn undecided_exemption(&self, resource: &Resource<'_>) -> Option<Undecided> {
        let tags = [self.demanding_tag(), self.excluded_tag()];
        tags.into_iter().flatten().find_map(|tag| tag.holds(resource).err())
    }

    /// Whether any tag exempts from the rule.
    pub fn exempts_by_tag(&self) -> bool {
        self.demanding_tag().is_some() || self.excluded_tag().is_some()
    }

    fn excluded_tag(&self) -> Option<TagPattern<'e>> {
        TagPattern::of(self.parameters.text("exclude-tag"))
    }

    fn demanding_tag(&self) -> Option<TagPattern<'e>> {
        TagPattern::of(self.tag_rule?.text("must-tag"))
    }

    /// Whether something is younger than the parameter `grace-hours`.
    pub fn is_young(&self, created: Fact<Moment>) -> bool {
        let grace = Span::hours(self.parameters.integer("grace-hours"));
        matches!(created, Fact::Known(Moment::At(created)) if self.now.since(created) < grace)
    }

    /// The verdict of a rule on something that is not exempt as far as is known: what is unknown about
    /// an exemption matters only where there is no backup.
    ///
    /// # Errors
    /// When nobody can tell whether it is backed up, or exempt.
    pub fn demand_backup(
        &self,
        resource: &Resource<'_>,
        backup: Result<Backup<'_, 'a>, Undecided>,
        missing: &str,
        expected: &str,
    ) -> Verdict {
        let backup = backup?;
        if let Backup::None(_) = backup {
            self.undecided_exemption(resource).map_or(Ok(()), Err)?;
        }
        backup.verdict(missing, expected)
    }

    /// Whether a machine is backed up as a whole.
    ///
    /// # Errors
    /// When what was not read could hold it.
    pub fn backup_of_machine(
        &self,
        machine: &VirtualMachine<'_>,
    ) -> Result<Backup<'e, 'a>, Undecided> {
        self.backup_of_machine_at(&machine.resource.id, || machine.region())
    }

    /// The same for a machine that may not have been read itself.
    ///
    /// # Errors
    /// When what was not read could hold it.
    pub fn backup_of_machine_at(
        &self,
        machine: &ResourceId<'_>,
        region: impl FnOnce() -> Fact<String>,
    ) -> Result<Backup<'e, 'a>, Undecided> {
        self.backup_of(machine, region, Workload::VirtualMachine, |item| {
            Ok(item.protects_whole_machines())
        })
    }

    /// Whether a backup instance protects a resource.
    ///
    /// # Errors
    /// When what was not read could hold it.
    pub fn backup_by_instance(
        &self,
        resource: &Resource<'_>,
        counts: impl Fn(&Protection<'a>) -> Result<bool, Reason>,
    ) -> Result<Backup<'e, 'a>, Undecided> {
        let of_resource = |item: &Protection<'a>| match item.resource.kind {
            Kind::BackupInstance => counts(item),
            _ => Ok(false),
        };
        let region = || resource.location();
        self.backup_of(&resource.id, region, Workload::BackupVaultDatasource, of_resource)
    }

    /// Whether anything in a storage account is backed up: its blobs, or one of its shares.
    ///
    /// # Errors
    /// When what was not read could hold it.
    pub fn backup_of_account(&self, account: &Resource<'_>) -> Result<Backup<'e, 'a>, Undecided> {
        let blobs = self.backup_by_instance(account, |_| Ok(true));
        if let Ok(Backup::Active(_)) = blobs {
            return blobs;
        }
        let region = || account.location();
        let is_share = |item: &Protection<'a>| Ok(item.may_be(Workload::FileShare));
        match (blobs, self.backup_of(&account.id, region, Workload::FileShare, is_share)?) {
            (_, active @ Backup::Active(_)) => Ok(active),
            (Err(undecided), _) => Err(undecided),
            (Ok(Backup::None(None)), shares) => Ok(shares),
            (Ok(blobs), _) => Ok(blobs),
        }
    }

    /// Whether an item or instance on a datasource that counts is active.
    ///
    /// # Errors
    /// When none is and what was not read could be one.
    pub fn backup_of(
        &self,
        datasource: &ResourceId<'_>,
        region: impl FnOnce() -> Fact<String>,
        workload: Workload,
        counts: impl Fn(&Protection<'a>) -> Result<bool, Reason>,
    ) -> Result<Backup<'e, 'a>, Undecided> {
        let mut last = None;
        let mut undecided = None;
        for item in self.estate.protections_of(datasource) {
            match (counts(item), item.is_active()) {
                (Ok(false), _) | (Err(_), Ok(false)) => {}
                (Ok(true), Ok(true)) => return Ok(Backup::Active(item)),
                (Ok(true), Ok(false)) => last = Some(item),
                (Ok(true), Err(reason)) => {
                    let message = format!("the state of its {} is unknown", item.noun());
                    undecided = Some(Undecided::because(reason, message));
                }
                (Err(reason), _) => {
                    let name = item.resource.id.name();
                    let message = format!(
                        "{} {name} may be its own: what that one protects is unknown",
                        item.noun()
                    );
                    undecided = Some(Undecided::because(reason, message));
                }
            }
        }
        // Another vault could still hold it, and what was not read must not look like an absence.
        self.unread_list(datasource, &region(), workload).map_or(Ok(()), Err)?;
        undecided.map_or(Ok(()), Err)?;
        self.unresolved(datasource, workload).map_or(Ok(()), Err)?;
        Ok(Backup::None(last))
    }

    /// A machine can be held only by vaults of its own subscription and region, anything else by vaults
    /// of its region (<https://learn.microsoft.com/azure/backup/backup-support-matrix>).
    fn unread_list(
        &self,
        datasource: &ResourceId<'_>,
        region: &Fact<String>,
        workload: Workload,
    ) -> Option<Undecided> {
        let subscription = datasource.subscription()?;
        let (kind, vaults, items) = match workload {
            Workload::BackupVaultDatasource => {
                (Kind::BackupVault, "Backup vaults", "backup instances")
            }
            _ => (Kind::RecoveryServicesVault, "Recovery Services vaults", "protected items"),
        };
        let scope = format!("/subscriptions/{subscription}");
        if let Err(reason) = self.estate.coverage.list_of(&scope, kind) {
            let message = format!("the {vaults} of subscription {subscription} were not read");
            return Some(Undecided::because(reason, message));
        }
        let own_only = workload == Workload::VirtualMachine;
        if let Some(reason) = self.estate.coverage.gap_of("/", kind).filter(|_| !own_only) {
            let message = format!("the {vaults} of another subscription were not read");
            return Some(Undecided::because(reason, message));
        }
        let mut own = own_only.then(|| self.estate.vaults_in(subscription));
        let mut all = (!own_only).then(|| self.estate.vaults.iter());
        let candidates = own.iter_mut().flatten().chain(all.iter_mut().flatten());
        for vault in candidates.filter(|vault| vault.resource.kind == kind) {
            let Err(reason) = vault.items_read else { continue };
            let elsewhere = match (region, vault.region()) {
                (Fact::Known(own), Fact::Known(vault)) => {
                    agreeing_regions(own, &vault) == Some(false)
                }
                _ => false,
            };
            if !elsewhere {
                let name = vault.resource.id.name();
                let message = format!("the {items} of vault {name} were not read");
                return Some(Undecided::because(reason, message));
            }
        }
        None
    }

    /// An item whose datasource is unknown, as an expression in code is, may protect this one.
    fn unresolved(&self, datasource: &ResourceId<'_>, workload: Workload) -> Option<Undecided> {
        let item = match workload {
            Workload::VirtualMachine => {
                let subscription = datasource.subscription().unwrap_or_default();
                self.estate.may_protect_any_machine(subscription)?
            }
            _ => self.estate.unresolved_of(workload, datasource.as_str())?,
        };
        let Fact::Unknown(reason) = item.datasource else { return None };
        let (noun, name) = (item.noun(), item.resource.id.name());
        let message = format!("{noun} {name} may be its own: what that one protects is unknown");
        Some(Undecided::because(reason, message))
    }
}
