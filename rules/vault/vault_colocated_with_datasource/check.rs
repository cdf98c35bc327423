//! The vault lies beside what it protects: who controls that place controls both.

use crate::inventory::{Fact, Reason, Vault, Workload, id, placeholder};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

/// How many datasources a finding names.
const NAMED: usize = 5;

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let scope = vault.resource.id.as_str();
    let level = context.parameters.text("level");
    let of_subscription = level == "subscription";
    let place = if of_subscription {
        id::ancestors(scope).last()
    } else {
        vault.resource.id.resource_group_id()
    };
    let Some(place) = place else { return Ok(Outcome::NotApplicable) };
    let (mut beside, mut judged) = (Vec::new(), false);
    let mut undecided = None;
    for item in context.estate.protections_in(scope) {
        let active = item.is_active();
        if !of_subscription && item.is_apart() && active != Ok(false) {
            judged = true;
            continue;
        }
        let datasource = match &item.datasource {
            _ if active == Ok(false) => continue,
            Fact::Known(datasource) => datasource.as_ref(),
            // What lies on premises has no id in Azure.
            Fact::Absent if item.workload == Fact::Known(Workload::Hybrid) => continue,
            unknown => {
                let reason = unknown.as_ref().optional().err().unwrap_or(Reason::NotCollected);
                undecided.get_or_insert((reason, "what one of its items protects is unknown"));
                continue;
            }
        };
        // Azure wants a machine and its vault in one subscription.
        if of_subscription && is_machine(datasource) {
            continue;
        }
        judged = true;
        match (placeholder::within(datasource, place), active) {
            (Some(false), _) => {}
            (Some(true), Ok(_)) => beside.push(datasource),
            (None, _) => {
                let message = "whether what one of its items protects lies beside it is not known";
                undecided.get_or_insert((Reason::UnresolvedExpression, message));
            }
            (Some(true), Err(reason)) => {
                let message =
                    "whether it still protects a datasource that lies beside it is unknown";
                undecided.get_or_insert((reason, message));
            }
        }
    }
    if !beside.is_empty() {
        return Outcome::fail(defect(&beside, &level.replace('-', " "), place));
    }
    if let Some((reason, message)) = undecided {
        return Err(Undecided::because(reason, message));
    }
    vault.items_read.map_err(|reason| {
        Undecided::because(reason, "what the vault protects was not read to the end")
    })?;
    Ok(if judged { Outcome::Pass } else { Outcome::NotApplicable })
}

fn is_machine(datasource: &str) -> bool {
    id::type_of(datasource)
        .is_some_and(|name| name.eq_ignore_ascii_case("Microsoft.Compute/virtualMachines"))
}

fn defect(beside: &[&str], level: &str, place: &str) -> Defect {
    let protecting = match beside.len() {
        1 => "one of its items protects".to_owned(),
        more => format!("{more} of its items protect"),
    };
    let message = format!(
        "it lies in one {level} with what {protecting}: who may delete everything there deletes the backups too"
    );
    let defect = Defect::at("", message)
        .observed(place)
        .expected(format!("a {level} without its datasources"));
    named(beside).into_iter().fold(defect, |defect, datasource| {
        defect.related(datasource, "a datasource beside the vault that protects it")
    })
}

/// The first of them. Several databases or shares may have one machine or account.
fn named<'i>(beside: &[&'i str]) -> Vec<&'i str> {
    let mut named: Vec<&str> = Vec::new();
    for datasource in beside {
        if named.len() < NAMED && !named.iter().any(|known| id::same(known, datasource)) {
            named.push(datasource);
        }
    }
    named
}
