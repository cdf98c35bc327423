//! A script deploys in complete mode: what the template does not name is deleted.

use crate::inventory::Fact;
use crate::inventory::script::ScriptOperation;
use crate::rule::script::{self, at, unknown};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const DEPLOYS: [&str; 6] = [
    "deployment group create",
    "group deployment create",
    "New-AzResourceGroupDeployment",
    "AzureResourceManagerTemplateDeployment",
    "AzureResourceGroupDeployment",
    "azure/arm-deploy",
];
const MODE: [&str; 3] = ["--mode", "-Mode", "deploymentMode"];
const GROUP: [&str; 3] = ["--resource-group", "-ResourceGroupName", "resourceGroupName"];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if !operation.is(&DEPLOYS) || script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    let is_complete = match operation.text(&MODE) {
        Fact::Known(mode) => mode.eq_ignore_ascii_case("Complete"),
        Fact::Absent => false,
        Fact::Unknown(reason) => return Err(unknown(operation, &MODE, reason)),
    };
    let Some(given) = operation.given(&MODE).filter(|_| is_complete) else {
        return Ok(Outcome::Pass);
    };
    let held = match operation.text(&GROUP) {
        Fact::Known(group) => script::vault_in_group(script, context, group),
        Fact::Absent => Fact::Unknown(crate::inventory::Reason::OutsideThisSource),
        Fact::Unknown(reason) => Fact::Unknown(reason),
    };
    let mut message = "the script deletes what the template does not name, vaults too".to_owned();
    match held {
        Fact::Absent => return Ok(Outcome::NotApplicable),
        Fact::Known(evidence) => {
            message = format!("{message}: {evidence}");
        }
        Fact::Unknown(_) => {}
    }
    script::fail(script, context, vec![at(given, message).expected("Incremental")])
}
