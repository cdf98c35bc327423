//! A script takes the second signature off the operations that destroy backups.

use crate::inventory::script::{Content, Operation, ScriptOperation};
use crate::rule::script::{self, at, hidden, undecided, whole};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

/// What removes it, and what to say then.
const REMOVES: [(&[&str], &str); 3] = [
    (
        &[
            "backup vault resource-guard-mapping delete",
            "dataprotection backup-vault resource-guard-mapping delete",
            "Remove-AzRecoveryServicesResourceGuardMapping",
            "Remove-AzDataProtectionResourceGuardMapping",
        ],
        "the script cuts the link of a vault to its Resource Guard",
    ),
    (
        &["dataprotection resource-guard delete", "Remove-AzDataProtectionResourceGuard"],
        "the script deletes a Resource Guard, and with it the protection of every vault that it guards",
    ),
    (
        &["dataprotection resource-guard unlock", "Unlock-AzDataProtectionResourceGuardOperation"],
        "the script unlocks an operation that a Resource Guard holds",
    ),
];

const LINKS: [&str; 4] = [
    "backup vault resource-guard-mapping update",
    "dataprotection backup-vault resource-guard-mapping create",
    "Set-AzRecoveryServicesResourceGuardMapping",
    "Set-AzDataProtectionResourceGuardMapping",
];

const WRITES: [&str; 4] = [
    "dataprotection resource-guard create",
    "dataprotection resource-guard update",
    "New-AzDataProtectionResourceGuard",
    "Update-AzDataProtectionResourceGuard",
];
const EXCLUSIONS: [&str; 2] =
    ["--critical-operation-exclusion-list", "-CriticalOperationExclusionList"];

/// What a guard or its link is, in lower case.
const GUARDS: [&str; 4] = [
    "microsoft.dataprotection/resourceguards",
    "microsoft.dataprotection/backupvaults/backupresourceguardproxies",
    "microsoft.dataprotection/vaults/backupresourceguardproxies",
    "microsoft.recoveryservices/vaults/backupresourceguardproxies",
];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    if let Some((_, message)) = REMOVES.iter().find(|(names, _)| operation.is(names)) {
        return script::fail(script, context, vec![whole(operation, *message)]);
    }
    if operation.is(&LINKS) {
        return Ok(Outcome::Pass);
    }
    if operation.is(&WRITES) {
        return match excluded(operation)? {
            Some(defect) => script::fail(script, context, vec![defect]),
            None => Ok(Outcome::Pass),
        };
    }
    let Some(deleted) = script::deleted(script)? else { return Ok(Outcome::NotApplicable) };
    let guards = deleted.iter().filter(|deleted| deleted.is(&GUARDS));
    let message = "the script deletes a Resource Guard, or the link of a vault to it";
    let defects: Vec<_> = guards.map(|deleted| deleted.defect(operation, message)).collect();
    if defects.is_empty() {
        return Ok(Outcome::NotApplicable);
    }
    script::fail(script, context, defects)
}

/// The operations that a guard is not to hold.
fn excluded(operation: &Operation) -> Result<Option<Defect>, Undecided> {
    let Some(given) = operation.given(&EXCLUSIONS) else {
        return if operation.complete { Ok(None) } else { Err(hidden(operation, &EXCLUSIONS)) };
    };
    let names = match &given.value.content {
        Content::List(list) => &list[..],
        Content::Null => &[],
        _ => std::slice::from_ref(&given.value),
    };
    let is_name = |text: &str| !matches!(text.trim(), "" | "[]");
    if names.iter().any(|name| name.as_text().is_some_and(is_name)) {
        let message = "the script takes operations out of the care of a Resource Guard";
        return Ok(Some(at(given, message)));
    }
    if names.iter().all(|name| name.as_text().is_some()) { Ok(None) } else { Err(undecided(given)) }
}
