//! Before something is backed up: P1 to P3, and P6.

use super::super::check::Judged;
use super::Case;
use crate::inventory::{
    BackupPolicy, Fact, Kind, PolicyType, PrivateAccess, Reason, VaultService, Workload, id,
    same_region,
};

const PUBLIC_ACCESS: &str = "properties.publicNetworkAccess";

/// P1: vault and machine lie in one region and one subscription.
pub(super) fn same_place(case: &Case<'_, '_, '_>) -> Judged {
    judge_place(case).unwrap_or_else(|judged| judged)
}

fn judge_place(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let vault = case.vault()?;
    if !vault.is_recovery_services() {
        return Ok(Judged::not_applicable("stated for machines in Recovery Services vaults"));
    }
    let Some(machine) = case.machine()? else {
        return Ok(Judged::not_applicable("it is no machine"));
    };
    let (machine_id, vault_id) = (machine.resource.id.as_str(), vault.resource.id.as_str());
    if let (Some(own), Some(other)) =
        (id::subscription_of(machine_id), id::subscription_of(vault_id))
        && !own.eq_ignore_ascii_case(other)
    {
        let says = "the machine lies in another subscription than the vault";
        return Ok(Judged::stops(says)
            .at(machine_id, "subscription", own)
            .at(vault_id, "subscription", other)
            .fix("use a vault in the machine's own subscription and region"));
    }
    let regions = (machine.region(), vault.region());
    let (Fact::Known(own), Fact::Known(other)) = regions else {
        let (own, other) = regions;
        let reason = own.optional().err().or(other.optional().err());
        let says = "the region of the machine or of the vault was not read";
        return Err(Judged::unknown(reason.unwrap_or(Reason::NotCollected), says));
    };
    let judged = if same_region(&own, &other) {
        Judged::pass(format!("both lie in {other} and in one subscription"))
    } else {
        Judged::stops(format!("the machine lies in {own} and the vault in {other}"))
            .fix("use a vault in the machine's region")
    };
    Ok(judged.at(machine_id, "location", own).at(vault_id, "location", other))
}

/// P2: the backup policy exists, fits the workload, and is an enhanced one where the machine needs that.
pub(super) fn policy_fits(case: &Case<'_, '_, '_>) -> Judged {
    judge_policy(case).unwrap_or_else(|judged| judged)
}

fn judge_policy(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let policy = policy(case)?;
    let vault = case.vault()?;
    let policy_id = policy.resource.id.as_str();
    if !id::is_within(policy_id, vault.resource.id.as_str()) {
        return Ok(Judged::stops("the backup policy lies in another vault")
            .at(policy_id, "", "")
            .fix("use a backup policy of the vault"));
    }
    if !vault.is_recovery_services() {
        return judge_instance_policy(case, policy);
    }
    let machine = case.machine()?;
    let workload = policy.workload.optional();
    let wanted = machine.map(|_| Workload::VirtualMachine);
    match (workload, wanted) {
        (Ok(Some(found)), Some(wanted)) if found != wanted => {
            let says = format!("the backup policy is for {}, not for machines", found.name());
            return Ok(Judged::stops(says).at(
                policy_id,
                "properties.backupManagementType",
                found.name(),
            ));
        }
        (Err(reason), _) => {
            return Err(Judged::unknown(reason, "what the backup policy is for was not read"));
        }
        _ => {}
    }
    let Some(machine) = machine else {
        return Ok(Judged::pass("the backup policy exists").at(policy_id, "", ""));
    };
    let name = policy.resource.id.name();
    match policy.policy_type {
        Fact::Known(PolicyType::V2) => {
            return Ok(Judged::pass(format!("{name} is an enhanced backup policy for machines"))
                .at(policy_id, "properties.policyType", "V2"));
        }
        Fact::Unknown(reason) => {
            return Err(Judged::unknown(reason, "the type of the backup policy was not read"));
        }
        Fact::Known(PolicyType::V1) | Fact::Absent => {}
    }
    let machine_id = machine.resource.id.as_str();
    match machine.enhanced_need(case.estate, false) {
        Ok(None) => Ok(Judged::pass(format!("{name} is a backup policy for such machines")).at(
            policy_id,
            "properties.policyType",
            "V1",
        )),
        Ok(Some(need)) => {
            Ok(Judged::stops(format!("{name} is a standard backup policy, and the machine {need}"))
                .at(policy_id, "properties.policyType", "V1")
                .at(machine_id, "properties.securityProfile", need)
                .fix("use an enhanced backup policy (V2)"))
        }
        Err(reason) => Err(Judged::unknown(
            reason,
            "whether the machine needs an enhanced backup policy cannot be told",
        )
        .at(machine_id, "properties.securityProfile", "not read")),
    }
}

/// The policy that the request names.
fn policy<'e, 'a>(case: &Case<'_, 'e, 'a>) -> Result<&'e BackupPolicy<'a>, Judged> {
    let Some(named) = case.request.arguments.backup_policy.as_deref() else {
        let says = "the request does not say which backup policy is to be used";
        return Err(Judged::unsaid("backup-policy", says));
    };
    if let Some(policy) = case.subject.policy {
        return Ok(policy);
    }
    let vault = case.vault()?;
    let whole = if named.starts_with('/') {
        named.to_owned()
    } else {
        format!("{}/backupPolicies/{named}", vault.resource.id.as_str())
    };
    match case.estate.exists(&whole) {
        Ok(false) => Err(Judged::stops(format!("there is no backup policy {named} in the vault"))
            .at(whole, "", "missing")
            .fix("name a backup policy of the vault")),
        unread => {
            let reason = unread.err().unwrap_or(Reason::NotCollected);
            Err(Judged::unknown(reason, "the backup policy was not read").at(whole, "", "not read"))
        }
    }
}

/// Whether a policy of a Backup vault is for the type of the datasource.
fn judge_instance_policy(
    case: &Case<'_, '_, '_>,
    policy: &BackupPolicy<'_>,
) -> Result<Judged, Judged> {
    const TYPES: &str = "properties.datasourceTypes";
    let policy_id = policy.resource.id.as_str();
    let own = id::type_of(case.subject.on).unwrap_or_default();
    let paths = policy.resource.paths(&format!("{TYPES}[]"));
    let types: Vec<String> =
        paths.iter().filter_map(|path| policy.resource.text(path).known()).collect();
    if types.is_empty() {
        let says = "the backup policy does not say what it is for";
        return Err(Judged::unknown(Reason::NotCollected, says).at(policy_id, TYPES, "not read"));
    }
    let fits = types
        .iter()
        .any(|found| found.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(&own)));
    let judged = if fits {
        Judged::pass("the backup policy is for such datasources")
    } else {
        Judged::stops(format!("the backup policy is for {}, not for {own}", types.join(", ")))
            .fix("use a backup policy for this type of datasource")
    };
    Ok(judged.at(policy_id, TYPES, types.join(", ")))
}

/// P3: no other vault protects it actively.
pub(super) fn not_in_another_vault(case: &Case<'_, '_, '_>) -> Judged {
    let on = crate::inventory::ResourceId::new(case.subject.on);
    let mut doubt = None;
    for item in case.estate.protections_of(&on) {
        let there = item.resource.id.as_str();
        match item.is_active() {
            Ok(true) => {
                let vault = item.vault_id().map(id::name_of).unwrap_or_default();
                let same = match (item.vault_id(), case.subject.vault_id) {
                    (Some(one), Some(other)) => id::same(one, other),
                    _ => false,
                };
                let says = if same {
                    format!("vault {vault} protects it already")
                } else {
                    format!("another vault, {vault}, protects it already")
                };
                return Judged::stops(says)
                    .at(there, item.state_path(), state(item.state))
                    .fix("stop the other protection first, or leave it at that");
            }
            Ok(false) => {}
            Err(reason) => {
                let says = "whether an item that protects it is active cannot be told";
                doubt.get_or_insert(Judged::unknown(reason, says).at(
                    there,
                    item.state_path(),
                    "not read",
                ));
            }
        }
    }
    doubt.or_else(|| hidden_item(case)).unwrap_or_else(|| {
        Judged::pass("no item of any vault that was read protects it").at(
            case.subject.on,
            "",
            "no active item",
        )
    })
}

/// Why an item that protects it may not have been seen.
fn hidden_item(case: &Case<'_, '_, '_>) -> Option<Judged> {
    let subscription = id::subscription_of(case.subject.on)?;
    let scope = format!("/subscriptions/{subscription}");
    let unread = |reason, says: &'static str, at: &str| {
        Some(Judged::unknown(reason, says).at(at, "", "not read"))
    };
    for kind in [Kind::RecoveryServicesVault, Kind::BackupVault] {
        if let Err(reason) = case.estate.coverage.list_of(&scope, kind) {
            return unread(reason, "the vaults of the subscription were not all read", &scope);
        }
    }
    for vault in case.estate.vaults_in(subscription) {
        if let Err(reason) = vault.items_read {
            let at = vault.resource.id.as_str();
            return unread(reason, "the items of a vault were not all read", at);
        }
    }
    let item = case.estate.may_protect_any_machine(subscription)?;
    let at = item.resource.id.as_str();
    unread(Reason::NotCollected, "an item does not say what it protects", at)
}

fn state(state: Fact<crate::inventory::ProtectionState>) -> &'static str {
    match state {
        Fact::Known(state) => state.name(),
        Fact::Absent | Fact::Unknown(_) => "not read",
    }
}

/// P6: there is a network path to the vault.
pub(super) fn network_path(case: &Case<'_, '_, '_>) -> Judged {
    judge_network(case).unwrap_or_else(|judged| judged)
}

fn judge_network(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let vault = case.vault()?;
    if !vault.is_recovery_services() {
        return Ok(Judged::not_applicable("stated for Recovery Services vaults"));
    }
    let vault_id = vault.resource.id.as_str();
    // Azure's default is on.
    let public = vault.resource.text(PUBLIC_ACCESS).or_default("Enabled".to_owned());
    let public = public.map_err(|reason| {
        Judged::unknown(reason, "whether the vault takes public traffic was not read").at(
            vault_id,
            PUBLIC_ACCESS,
            "not read",
        )
    })?;
    if public.eq_ignore_ascii_case("Enabled") {
        return Ok(Judged::pass("the vault takes traffic from public networks").at(
            vault_id,
            PUBLIC_ACCESS,
            public,
        ));
    }
    match case.estate.private_access(vault, VaultService::Backup) {
        Ok(PrivateAccess::Open) => Ok(Judged::pass(
            "an approved private endpoint leads to the vault",
        )
        .at(vault_id, PUBLIC_ACCESS, public)),
        Ok(PrivateAccess::Closed(idle)) => {
            let mut judged = Judged::stops(
                "public access is off, and no private endpoint for backups leads to the vault",
            )
            .at(vault_id, PUBLIC_ACCESS, public)
            .fix("approve a private endpoint for group AzureBackup");
            for connection in idle {
                judged = judged.at(connection.id, "status", connection.state);
            }
            Ok(judged)
        }
        Err(unknown) => Err(Judged::unknown(
            unknown.reason,
            "public access is off, and whether a private endpoint leads to the vault was not read",
        )
        .at(vault_id, unknown.path, "not read")),
    }
}
