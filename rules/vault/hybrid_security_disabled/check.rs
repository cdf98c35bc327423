//! A stolen server can delete its backups: the vault asks for no second proof.

use crate::inventory::{Fact, Kind, Reason, Resource, Vault, Workload};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges Recovery Services vaults.
pub const CHECK: Check = Check::Vault(check);

const CONTAINER_TYPE: &str = "properties.backupManagementType";

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let hybrid = first_hybrid(vault, context);
    if let Ok(None) = hybrid {
        return Ok(Outcome::NotApplicable);
    }
    let security = vault.hybrid_security();
    let is_off = |value: &str| value.eq_ignore_ascii_case("Disabled");
    let Some(setting) = security.known.iter().find(|setting| is_off(&setting.value)) else {
        return match security.unknown {
            Some((path, reason)) => Err(Undecided { reason, path, message: String::new() }),
            None => Ok(Outcome::Pass),
        };
    };
    let Some(hybrid) = hybrid? else { return Ok(Outcome::NotApplicable) };
    let message = format!(
        "the security features for hybrid backups are {}: who controls a server that backs up here can delete its backups",
        security.describe(setting)
    );
    Outcome::fail(
        Defect::at(setting.path.clone(), message)
            .observed(setting.value.as_str())
            .expected(vec!["Enabled", "AlwaysON"])
            .related(hybrid.id.as_str(), "backs up with an agent or a backup server"),
    )
}

/// An item or a container of an agent (MARS), DPM or Azure Backup Server; `None` if there is none.
fn first_hybrid<'e, 'a>(
    vault: &'e Vault<'a>,
    context: &Context<'e, 'a>,
) -> Result<Option<&'e Resource<'a>>, Undecided> {
    let (estate, scope) = (context.estate, vault.resource.id.as_str());
    let held = estate.held_by(scope);
    if held.total_of(Workload::Hybrid) > 0 {
        let hybrid = Fact::Known(Workload::Hybrid);
        let item = estate.protections_in(scope).find(|item| item.workload == hybrid);
        return Ok(item.map(|item| &item.resource));
    }
    let mut undecided = None;
    for container in estate.below(scope, Kind::ProtectionContainer) {
        match container.text(CONTAINER_TYPE).decide(CONTAINER_TYPE) {
            Ok(Some(kind)) if Workload::of_management(&kind) == Workload::Hybrid => {
                return Ok(Some(container));
            }
            Ok(Some(_)) => {}
            Ok(None) => undecided = Some(Reason::NotCollected),
            Err(unknown) => undecided = Some(unknown.reason),
        }
    }
    let unknown = |reason, what: &str| {
        Undecided::because(
            reason,
            format!(
                "the security features for hybrid backups are off, and whether a server backs up here is unknown: {what}"
            ),
        )
    };
    if let Some(reason) = undecided {
        return Err(unknown(reason, "a protection container does not say its kind"));
    }
    if held.kindless > 0 {
        return Err(unknown(Reason::NotCollected, "a protected item does not say its kind"));
    }
    vault.items_read.map_err(|reason| unknown(reason, "its protected items were not read"))?;
    let containers = estate.coverage.list_of(scope, Kind::ProtectionContainer);
    containers.map_err(|reason| unknown(reason, "its protection containers were not read"))?;
    Ok(None)
}
