//! `terraform destroy` of a protected machine deletes its recovery points.

use crate::inventory::{Fact, Protection, Reason, Resource, Workload};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Target, Undecided, Verdict};

/// Judges configurations of azurerm, and the machines whose configuration lies elsewhere.
pub const CHECK: Check = Check::Target(check);

const STOP: &str = "features.recovery_service.vm_backup_stop_protection_and_retain_data_on_destroy";
const SUSPEND: &str =
    "features.recovery_service.vm_backup_suspend_protection_and_retain_data_on_destroy";
const PREVENT: &str = "terraform.lifecycle.prevent_destroy";
const PROVIDER: &str = "terraform.provider.address";
const NAME: &str = "terraform.provider.name";

fn check(target: &Target<'_, '_>, context: &Context<'_, '_>) -> Verdict {
    match target {
        Target::Protection(item) => without_provider(item),
        target => of_provider(target.resource(), context),
    }
}

/// A machine that a module protects: whoever calls the module configures the provider.
fn without_provider(item: &Protection<'_>) -> Verdict {
    let resource = &item.resource;
    let is_of_azurerm = resource.text(NAME) == Fact::Known("azurerm".to_owned());
    if !is_of_azurerm || !is_machine(item) || resource.shows(PROVIDER) {
        return Ok(Outcome::NotApplicable);
    }
    if truth(resource, PREVENT).decide(PREVENT)? == Some(true) {
        return Ok(Outcome::Pass);
    }
    let message = "the configuration of azurerm is not in this project";
    Err(Undecided::because(Reason::OutsideThisSource, message))
}

fn of_provider(provider: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let machines: Vec<&Protection<'_>> = context
        .estate
        .protections_declared_with(provider)
        .filter(|item| is_machine(item) && is_managed_by(provider, item))
        .collect();
    if machines.is_empty() {
        return Ok(Outcome::NotApplicable);
    }
    let switches = [(STOP, truth(provider, STOP)), (SUSPEND, truth(provider, SUSPEND))];
    if switches.iter().any(|(_, switch)| *switch == Fact::Known(true)) {
        return Ok(Outcome::Pass);
    }
    let prevented = |item: &Protection<'_>| truth(&item.resource, PREVENT);
    let mut open = machines.iter().filter(|item| prevented(item) != Fact::Known(true)).peekable();
    if open.peek().is_none() {
        return Ok(Outcome::Pass);
    }
    for (path, switch) in switches {
        switch.decide(path)?;
    }
    let open: Vec<_> = open.collect();
    let proven = open.iter().filter(|item| !matches!(prevented(item), Fact::Unknown(_)));
    let count = open.len();
    let message = match count {
        1 => "destroying the protected VM that it manages deletes its recovery points".to_owned(),
        _ => format!(
            "destroying any of {count} protected VMs that it manages deletes its recovery points"
        ),
    };
    let defect = Defect::at(STOP, message).observed(false).expected(true);
    let defect = proven.take(LISTED).fold(defect, |defect, item| {
        defect.related(item.resource.id.as_str(), "a protected VM that nothing keeps")
    });
    if defect.related.is_empty() {
        // Whether any of them can be destroyed, only the code says.
        open.first().map_or(Fact::Absent, |item| prevented(item)).decide(PREVENT)?;
    }
    Outcome::fail(defect)
}

/// More names than these help nobody.
const LISTED: usize = 10;

fn is_machine(item: &Protection<'_>) -> bool {
    item.workload == Fact::Known(Workload::VirtualMachine)
}

fn is_managed_by(provider: &Resource<'_>, item: &Protection<'_>) -> bool {
    let own = provider.text(PROVIDER);
    matches!(own, Fact::Known(_)) && own == item.resource.text(PROVIDER)
}

fn truth(resource: &Resource<'_>, path: &str) -> Fact<bool> {
    resource.fact(path).map(|value| value.to_json() == true)
}
