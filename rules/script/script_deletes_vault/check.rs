//! A script deletes a vault, or a group with a vault in it.

use crate::inventory::Fact;
use crate::inventory::script::ScriptOperation;
use crate::rule::script::{self, at, undecided, whole};
use crate::rule::{Check, Context, Outcome, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const DELETES: [&str; 4] = [
    "backup vault delete",
    "dataprotection backup-vault delete",
    "Remove-AzRecoveryServicesVault",
    "Remove-AzDataProtectionBackupVault",
];

const DELETES_GROUP: [&str; 2] = ["group delete", "Remove-AzResourceGroup"];
const GROUP: [&str; 3] = ["--name", "-Name", "-Id"];

/// In lower case.
const VAULTS: [&str; 2] =
    ["microsoft.recoveryservices/vaults", "microsoft.dataprotection/backupvaults"];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    if operation.is(&DELETES) {
        let message = "the script deletes a vault with everything in it";
        return script::fail(script, context, vec![whole(operation, message)]);
    }
    if operation.is(&DELETES_GROUP) {
        return check_group(script, context);
    }
    let Some(deleted) = script::deleted(script)? else { return Ok(Outcome::NotApplicable) };
    let vaults = deleted.iter().filter(|deleted| deleted.is(&VAULTS));
    let message = "the script deletes a vault with everything in it";
    let defects: Vec<_> = vaults.map(|deleted| deleted.defect(operation, message)).collect();
    if defects.is_empty() {
        return Ok(Outcome::Pass);
    }
    script::fail(script, context, defects)
}

fn check_group(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let Some(given) = operation.given(&GROUP) else {
        return Err(script::hidden(operation, &GROUP));
    };
    let written = given.value.as_text().ok_or_else(|| undecided(given))?;
    let group = written.trim_end_matches('/').rsplit('/').next().unwrap_or(written);
    match script::vault_in_group(script, context, group) {
        Fact::Known(evidence) => {
            let message = format!(
                "the script deletes a resource group with a vault or a Resource Guard: {evidence}"
            );
            script::fail(script, context, vec![at(given, message)])
        }
        Fact::Absent => Ok(Outcome::NotApplicable),
        Fact::Unknown(reason) => {
            let message =
                format!("whether the resource group {group} holds a vault is not known here");
            Err(Undecided {
                path: script::path(given).into(),
                ..Undecided::because(reason, message)
            })
        }
    }
}
