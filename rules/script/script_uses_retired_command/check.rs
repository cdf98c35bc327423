//! A script uses a command that Azure has retired.

use crate::inventory::script::{Operation, ScriptOperation, Tool};
use crate::rule::script::{self, at, whole};
use crate::rule::{Check, Context, Defect, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if let Some(defect) = retired(script, operation) {
        return script::fail(script, context, vec![defect]);
    }
    let name = &*operation.name;
    let is_ours =
        ["backup ", "dataprotection ", "monitor "].iter().any(|group| name.starts_with(group))
            || ["-AzRecoveryServices", "-AzDataProtection"].iter().any(|noun| name.contains(noun));
    Ok(if is_ours { Outcome::Pass } else { Outcome::NotApplicable })
}

fn retired(script: &ScriptOperation<'_>, operation: &Operation) -> Option<Defect> {
    let name = &*operation.name;
    if operation.tool == Tool::Az && (name == "monitor alert" || name.starts_with("monitor alert "))
    {
        let message = "`az monitor alert` is retired: the script creates no alert";
        return Some(
            whole(operation, message)
                .expected(["az monitor metrics alert", "az monitor activity-log alert"].as_slice()),
        );
    }
    if operation.tool != Tool::PowerShell {
        return None;
    }
    let written = script.command().and_then(|command| command.name()).unwrap_or_default();
    if written.to_ascii_lowercase().contains("-azurerm") {
        let message = format!("`{written}` belongs to AzureRM, which is retired");
        return Some(whole(operation, message).observed(written).expected(name));
    }
    let is_ours = name.contains("-AzRecoveryServices");
    let given = operation.option("-Token").filter(|_| is_ours)?;
    let message = "`-Token` is replaced by `-SecureToken`, which does not show the token";
    // What stands there is nobody's business.
    Some(at(given, message).observed("-Token").expected("-SecureToken"))
}
