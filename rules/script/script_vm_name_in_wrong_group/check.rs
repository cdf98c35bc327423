//! A script gives the bare name of a machine that lies in another group than the vault.

use crate::inventory::Fact;
use crate::inventory::script::{Content, Operation, ScriptOperation, Value};
use crate::rule::script::{self, at, form_of, undecided};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const ENABLES: [&str; 1] = ["backup protection enable-for-vm"];
const GROUP: [&str; 1] = ["--resource-group"];
const CONTAINERS: [&str; 2] = ["--container-name", "--item-name"];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let Some(given) = operation.option("--vm").filter(|_| operation.is(&ENABLES)) else {
        return Ok(Outcome::NotApplicable);
    };
    let name = match &given.value.content {
        Content::Text(name) => name,
        // Of an id, the beginning is enough to know it for one.
        _ if given.value.known_start().starts_with("/subscriptions/") => return Ok(Outcome::Pass),
        _ if is_id_of_machine(script, &given.value) => return Ok(Outcome::Pass),
        _ => return Err(undecided(given)),
    };
    if name.contains('/') {
        return Ok(Outcome::Pass);
    }
    let group = match operation.text(&GROUP) {
        Fact::Known(group) => group,
        // Without a group, the default of the machine that runs the script decides.
        Fact::Absent => return Ok(Outcome::Pass),
        Fact::Unknown(reason) => return Err(script::unknown(operation, &GROUP, reason)),
    };
    let elsewhere = script
        .all()
        .filter_map(|other| group_in_container(other, name))
        .find(|found| !found.eq_ignore_ascii_case(group))
        .or_else(|| declared_elsewhere(context, name, group));
    let Some(found) = elsewhere else { return Ok(Outcome::Pass) };
    let message = format!(
        "the bare name {name} is looked up in the vault's group {group}, and the machine is in {found}"
    );
    let defect = at(given, message).expected("the id of the machine");
    script::fail(script, context, vec![defect])
}

/// Whether a value is the id that a command answers.
fn is_id_of_machine(script: &ScriptOperation<'_>, value: &Value) -> bool {
    let source =
        script.source(value).filter(|source| source.is(&["vm show", "vm list", "Get-AzVM"]));
    let query = source.and_then(|source| source.option("--query")?.value.as_text());
    query.is_some_and(|query| {
        let last = query.rsplit('.').next().unwrap_or_default();
        last.eq_ignore_ascii_case("id")
    })
}

/// The group of a machine in the name of its container, `IaasVMContainer;iaasvmcontainerv2;GROUP;NAME`.
fn group_in_container(operation: &Operation, machine: &str) -> Option<String> {
    let text = form_of(&operation.given(&CONTAINERS)?.value)?;
    let mut parts = text.rsplit(';');
    let (name, group) = (parts.next()?, parts.next()?);
    (name.eq_ignore_ascii_case(machine) && !group.contains('{')).then(|| group.to_owned())
}

/// The group of the machine in the code beside the script, if it is declared, and not in this one.
fn declared_elsewhere(context: &Context<'_, '_>, machine: &str, group: &str) -> Option<String> {
    let machines = context.estate.machines.iter().map(|machine| &machine.resource.id);
    let of_name = machines.filter(|id| id.name().eq_ignore_ascii_case(machine));
    let groups: Vec<&str> = of_name.filter_map(|id| id.resource_group()).collect();
    let is_here =
        groups.iter().any(|found| found.eq_ignore_ascii_case(group) || found.contains('{'));
    groups.first().filter(|_| !is_here).map(|found| (*found).to_owned())
}
