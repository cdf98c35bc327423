//! The virtual machine has no active protection in any vault.

use crate::inventory::{Fact, Kind, Moment, Protection, Reason, Span, VirtualMachine};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges virtual machines.
pub const CHECK: Check = Check::VirtualMachine(check);

fn check(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> Verdict {
    if is_exempt(machine, context) {
        return Ok(Outcome::NotApplicable);
    }
    if context.estate.is_backed_up(machine) {
        return Ok(Outcome::Pass);
    }
    let mut inactive = None;
    let mut undecided = None;
    let items = context.estate.protections_of(&machine.resource.id);
    for item in items.filter(|item| item.protects_whole_machines()) {
        match item.is_active() {
            Ok(true) => return Ok(Outcome::Pass),
            Ok(false) => inactive = Some(item),
            Err(reason) => {
                undecided =
                    Some(Undecided::because(reason, "the state of its protected item is unknown"));
            }
        }
    }
    // Another vault could still hold it, and what was not read must not look like an absence.
    unread_list(machine, context).map_or(Ok(()), Err)?;
    undecided.map_or(Ok(()), Err)?;
    unresolved_item(machine, context).map_or(Ok(()), Err)?;
    unread_tag(machine, context).map_or(Ok(()), Err)?;
    let message = match inactive {
        Some(item) => format!("its only protected item is {}", described(item)),
        None => "no vault has a protected item for it".to_owned(),
    };
    let mut defect = Defect::at("", message).expected("an active protected item");
    if let Some(item) = inactive {
        defect = defect
            .observed(described(item))
            .related(item.resource.id.as_str(), "the protected item that no longer runs");
    }
    Outcome::fail(defect)
}

fn is_exempt(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> bool {
    machine.is_uniform_scale_set_instance()
        || context.estate.is_test_failover(machine.resource.id.as_str())
        || has_excluded_tag(machine, context)
        || context.estate.is_in_managed_group(machine)
        || is_new(machine, context)
}

fn has_excluded_tag(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> bool {
    excluded_tag(context).is_some_and(|(name, value)| {
        matches!(
            machine.resource.tag(name),
            Fact::Known(found) if value.is_none_or(|value| value.eq_ignore_ascii_case(&found))
        )
    })
}

/// `NAME` or `NAME=VALUE`.
fn excluded_tag<'c>(context: &Context<'c, '_>) -> Option<(&'c str, Option<&'c str>)> {
    let wanted = context.parameters.text("exclude-tag");
    let (name, value) =
        wanted.split_once('=').map_or((wanted, None), |(name, value)| (name, Some(value)));
    (!name.is_empty()).then_some((name, value))
}

fn is_new(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> bool {
    let grace = Span::hours(context.parameters.integer("grace-hours"));
    matches!(machine.created, Fact::Known(Moment::At(created)) if context.now.since(created) < grace)
}

/// Only vaults of the machine's own subscription and region can hold it
/// (<https://learn.microsoft.com/azure/backup/backup-support-matrix-iaas>).
fn unread_list(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> Option<Undecided> {
    let subscription = machine.resource.id.subscription()?;
    let scope = format!("/subscriptions/{subscription}");
    if let Err(reason) = context.estate.coverage.list_of(&scope, Kind::RecoveryServicesVault) {
        let message =
            format!("the Recovery Services vaults of subscription {subscription} were not read");
        return Some(Undecided::because(reason, message));
    }
    let region = machine.region();
    let vaults =
        context.estate.vaults_in(subscription).filter(|vault| vault.is_recovery_services());
    for vault in vaults {
        let elsewhere = match (&region, vault.region()) {
            (Fact::Known(machine), Fact::Known(vault)) => *machine != vault,
            _ => false,
        };
        if let (false, Err(reason)) = (elsewhere, vault.items_read) {
            let message =
                format!("the protected items of vault {} were not read", vault.resource.id.name());
            return Some(Undecided::because(reason, message));
        }
    }
    None
}

/// An item whose datasource is unknown, as an expression in code is, may protect this machine.
fn unresolved_item(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> Option<Undecided> {
    let subscription = machine.resource.id.subscription().unwrap_or_default();
    let item = context.estate.may_protect_any_machine(subscription)?;
    let Fact::Unknown(reason) = item.datasource else { return None };
    let name = item.resource.id.name();
    let message =
        format!("protected item {name} may be its own: what that one protects is unknown");
    Some(Undecided::because(reason, message))
}

/// Tags that could exempt the machine and are unknown.
fn unread_tag(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> Option<Undecided> {
    let (name, _) = excluded_tag(context)?;
    match machine.resource.tag(name) {
        Fact::Unknown(reason) => {
            Some(Undecided { reason, path: "tags".into(), message: String::new() })
        }
        Fact::Known(_) | Fact::Absent => None,
    }
}

fn described(item: &Protection<'_>) -> String {
    if item.is_soft_deleted() == Ok(true) {
        return "soft-deleted".to_owned();
    }
    match item.state {
        Fact::Known(state) => state.name().to_owned(),
        Fact::Absent | Fact::Unknown(_) => Reason::UnrecognisedValue.name().to_owned(),
    }
}
