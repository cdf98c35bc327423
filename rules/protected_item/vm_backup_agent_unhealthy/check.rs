//! The agent or the snapshot extension in a machine does not work, so its backups fail or fall short.

use crate::inventory::{
    Fact, HealthDetails, HealthStatus, InstanceView, PowerState, Protection, Reason,
    VirtualMachine, Workload,
};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict, is_running};

/// Judges protected items of virtual machines whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if matches!(item.workload, Fact::Known(workload) if workload != Workload::VirtualMachine)
        || !is_running(item)?
    {
        return Ok(Outcome::NotApplicable);
    }
    let hidden = context.estate.hides_how_machine_runs(item);
    let machine = if hidden { None } else { context.estate.machine_of(item) };
    let view = machine.map(|machine| machine.instance_view(context.estate));
    let view = view.unwrap_or(Fact::Unknown(Reason::NotCollected));
    let power = view.as_ref().and_then(InstanceView::power_state);
    if matches!(power, Fact::Known(PowerState::Deallocated | PowerState::Deallocating)) {
        return Ok(Outcome::NotApplicable);
    }
    if let Some(defect) = condition(item, context)
        .or_else(|| machine.and_then(|machine| extension(machine, context)))
        .or_else(|| agent(&view, power))
    {
        return Outcome::fail(match context.estate.machine_of(item) {
            Some(machine) => defect.related(machine.resource.id.as_str(), "the virtual machine"),
            None => defect,
        });
    }
    // The service checks the agent before each backup; its word is enough where the machine's is missing.
    let fine = item.health.check == Fact::Known(HealthStatus::Healthy)
        || item.health.details == Fact::Known(HealthDetails::Fine);
    if fine {
        return Ok(Outcome::Pass);
    }
    match item.health.details {
        Fact::Unknown(reason) => Err(Undecided {
            reason,
            path: "properties.healthDetails".into(),
            message: String::new(),
        }),
        // Other conditions are for `protection-in-error` to name.
        Fact::Known(_) => Ok(Outcome::Pass),
        Fact::Absent => match (is_ready(&view), power) {
            (Some(true), _) | (Some(false), Fact::Known(_)) => Ok(Outcome::Pass),
            _ => {
                let machine = context.estate.machine_of(item);
                let unread = || context.estate.datasource_exists(item).err();
                let reason = if machine.is_none() { unread() } else { None };
                Err(Undecided::because(
                    reason.unwrap_or(Reason::NotCollected),
                    "neither the service's check of the machine nor its instance view was read",
                ))
            }
        },
    }
}

/// A condition that the service names and that the agent or the extension causes.
fn condition(item: &Protection<'_>, context: &Context<'_, '_>) -> Option<Defect> {
    let (path, title) = item.condition_among(|| context.parameters.list("codes"))?;
    let message = format!("the service cannot work with the agent in the machine ({title})");
    Some(Defect::at(path, message).observed(title).expected("a check without findings"))
}

/// A snapshot extension that is there and did not succeed.
fn extension(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> Option<Defect> {
    let (found, state) = machine.broken_extension(context.estate)?;
    let message = format!("the snapshot extension {} in the machine is {state}", found.id.name());
    Some(
        Defect::at("", message)
            .observed(state)
            .expected("Succeeded")
            .related(found.id.as_str(), "the extension"),
    )
}

/// An agent that is not ready although the machine runs.
fn agent(view: &Fact<InstanceView<'_>>, power: Fact<PowerState>) -> Option<Defect> {
    let runs = power == Fact::Known(PowerState::Running);
    (runs && is_ready(view) == Some(false)).then(|| {
        Defect::at("", "the agent in the machine is not ready although the machine runs")
            .observed("Not Ready")
            .expected("Ready")
    })
}

/// Whether the agent says that it is ready; `None` if it says nothing.
fn is_ready(view: &Fact<InstanceView<'_>>) -> Option<bool> {
    let Fact::Known(view) = view else { return None };
    view.is_agent_ready()
}
