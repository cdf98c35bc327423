//! A script restores disks and names no group for them.

use crate::inventory::Fact;
use crate::inventory::script::ScriptOperation;
use crate::rule::script::{self, hidden, whole};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const RESTORES: [&str; 2] =
    ["backup restore restore-disks", "Restore-AzRecoveryServicesBackupItem"];
const GROUP: [&str; 2] = ["--target-resource-group", "-TargetResourceGroupName"];
const UNMANAGED: [&str; 2] = ["--restore-as-unmanaged-disks", "-RestoreAsUnmanagedDisks"];
const MODE: [&str; 2] = ["--restore-mode", "-RestoreType"];
/// What needs no group.
const ELSEWHERE: [&str; 3] =
    ["-ResolveConflict", "-WLRecoveryConfig", "-UseOriginalStorageAccount"];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let is_of_disks = operation.is(&RESTORES) && operation.given(&ELSEWHERE).is_none();
    if !is_of_disks || script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    match operation.text(&MODE) {
        Fact::Known(mode) if mode.eq_ignore_ascii_case("OriginalLocation") => {
            return Ok(Outcome::NotApplicable);
        }
        Fact::Unknown(reason) if operation.given(&MODE).is_some() => {
            return Err(script::unknown(operation, &MODE, reason));
        }
        Fact::Known(_) | Fact::Absent | Fact::Unknown(_) => {}
    }
    if operation.given(&GROUP).is_some() || script::is_on(operation, &UNMANAGED)? {
        return Ok(Outcome::Pass);
    }
    if !operation.complete {
        return Err(hidden(operation, &GROUP));
    }
    let message =
        "the script names no resource group for the disks: they come back unmanaged, and slowly";
    script::fail(
        script,
        context,
        vec![whole(operation, message).expected("a target resource group")],
    )
}
