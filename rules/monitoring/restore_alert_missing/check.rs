//! Nobody is told when somebody restores out of the vault.

use crate::inventory::{Event, RESTORE_HEALTH, Vault, Watch};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = if vault.is_recovery_services() {
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/restore/action"
    } else {
        "Microsoft.DataProtection/backupVaults/backupInstances/restore/action"
    };
    let mut silent = Vec::new();
    let mut undecided = None;
    let event = context.estate.watch(&Event { operation, resource: &vault.resource.id });
    let metric = context.estate.watch_metric(RESTORE_HEALTH, &vault.resource);
    for watch in [event, metric] {
        match watch {
            Watch::By(_) => return Ok(Outcome::Pass),
            Watch::Perhaps { reason, because } => {
                undecided.get_or_insert(Undecided::because(reason, because));
            }
            Watch::Nobody { silent: found } => silent.extend(found),
        }
    }
    if let Some(undecided) = undecided {
        return Err(undecided);
    }
    let mut defect = Defect::at("", "nobody is told when data is restored out of the vault")
        .observed("no alert that reaches anybody")
        .expected(operation);
    for (alert, because) in silent {
        defect = defect.related(alert.id.as_str(), format!("would tell, but {because}"));
    }
    Outcome::fail(defect)
}
