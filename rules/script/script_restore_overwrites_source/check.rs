//! A script restores over live data.

use crate::finding::Level;
use crate::inventory::Fact;
use crate::inventory::script::{Given, Operation, ScriptOperation};
use crate::rule::script::{self, at, unknown, waits, whole};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const RESTORES: [&str; 5] = [
    "backup restore restore-disks",
    "backup restore restore-azurefiles",
    "backup restore restore-azurefileshare",
    "backup recoveryconfig show",
    "Restore-AzRecoveryServicesBackupItem",
];
const MODE: [&str; 2] = ["--restore-mode", "-RestoreType"];
const CONFLICT: [&str; 2] = ["--resolve-conflict", "-ResolveConflict"];
const ELSEWHERE: [&str; 2] = ["-TargetStorageAccountName", "-TargetFileShareName"];
const ITEM: [&str; 1] = ["--item-name"];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if !operation.is(&RESTORES) || script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    let Some(mut defect) = overwrites(operation)? else { return Ok(Outcome::Pass) };
    if was_tried_elsewhere(script) {
        defect.message.push_str("; the item was restored to another place before");
        defect = defect.level(Level::Note);
    }
    script::fail(script, context, vec![defect])
}

fn overwrites(operation: &Operation) -> Result<Option<Defect>, Undecided> {
    let says = |options: &[&str], wrong: &[&str]| match operation.text(options) {
        Fact::Known(text) if wrong.iter().any(|wrong| text.eq_ignore_ascii_case(wrong)) => {
            Ok(operation.given(options))
        }
        Fact::Known(_) | Fact::Absent => Ok(None),
        Fact::Unknown(reason) => Err(unknown(operation, options, reason)),
    };
    let original = says(&MODE, &["OriginalLocation", "OriginalWorkloadRestore"]);
    let overwrites = says(&CONFLICT, &["Overwrite"]);
    let to_original = |given: &Given| {
        at(given, "the script restores over the original: what is there now is lost")
    };
    let over_files = |given: &Given| at(given, "the script restores over files of the same name");
    if let Ok(Some(given)) = original {
        return Ok(Some(to_original(given)));
    }
    if let Ok(Some(given)) = overwrites {
        return Ok(Some(over_files(given)));
    }
    // A share that is restored without a target goes back to where it was.
    let is_share = operation.option("-ResolveConflict").is_some();
    if is_share && operation.complete && operation.given(&ELSEWHERE).is_none() {
        return Ok(Some(whole(operation, "the script restores a file share over the original")));
    }
    original?;
    overwrites?;
    Ok(None)
}

/// Whether the same item was restored to another place, and the script waited for it.
fn was_tried_elsewhere(script: &ScriptOperation<'_>) -> bool {
    let own = script.operation().given(&ITEM).map(|given| &given.value);
    let mut is_restored = false;
    for earlier in script.earlier().filter(|earlier| earlier.is_certain) {
        let other = earlier.operation;
        let is_same = match (own, other.given(&ITEM).map(|given| &given.value)) {
            (Some(own), Some(other)) => own.same(other),
            _ => other.tool == script.operation().tool && own.is_none(),
        };
        if other.is(&RESTORES) && is_same && matches!(overwrites(other), Ok(None)) {
            is_restored = true;
        } else if is_restored && waits(&earlier) {
            return true;
        }
    }
    false
}
