//! Who has to agree, and whether the caller may: P23 and P30.

use super::super::check::{Judged, REQUEST};
use super::super::who::{Caller, may_hide};
use super::Case;
use crate::access::operation::Firmness;
use crate::access::who_can::{Effect, Obstacle};
use crate::inventory::{Reason, ResourceGuard, Vault, View as _};

/// P23: multi-user authorization is on, the guard holds the operation, and the caller cannot approve itself.
pub(super) fn guarded(case: &Case<'_, '_, '_>) -> Judged {
    judge_guard(case).unwrap_or_else(|judged| judged)
}

fn judge_guard(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let vault = case.vault()?;
    let at = vault.resource.id.as_str();
    let linked = vault.linked_guards();
    if let Some((reason, says)) = linked.unread {
        return Err(Judged::unknown(reason, says).at(at, "backupResourceGuardProxies", "not read"));
    }
    if linked.ids.is_empty() {
        let off = "multi-user authorization is off";
        let judged = if case.operation() == "remove-mua" {
            Judged::stops(format!("{off}: there is no Resource Guard to take off"))
        } else {
            Judged::decides(format!("{off}: one person can do it, and nobody has to agree"))
                .fix("link the vault to a Resource Guard that other people own")
        };
        return Ok(judged.at(at, "backupResourceGuardProxies", "none"));
    }
    let Some(block) = case.who.held().find(|block| block.is_certain) else {
        return not_held(case, vault, &linked.ids);
    };
    let Obstacle::Mua { guard, approvers, .. } = &block.obstacle else {
        return Err(Judged::unknown(Reason::NotCollected, "what the guard holds was not read"));
    };
    let Some(guard) = guard.as_deref() else {
        return Err(Judged::unknown(
            Reason::NotCollected,
            "which Resource Guard holds it was not read",
        )
        .at(at, "", "not read"));
    };
    let judged = Judged::pass("a Resource Guard holds it: somebody else has to approve")
        .at(guard, "", "holds it");
    match &case.who.caller {
        Caller::Unnamed => Err(Judged::unsaid("caller", "a Resource Guard holds it; whether the caller could approve itself cannot be told: the request names nobody").at(guard, "", "holds it")),
        Caller::Known(caller) => {
            let own = approvers.iter().find(|(who, _)| who == caller).map(|(_, effect)| *effect);
            match own {
                Some(Effect::Allowed | Effect::Eligible | Effect::CanGrant) => {
                    Ok(Judged::decides("a Resource Guard holds it, and the caller could approve its own request")
                        .at(guard, "", own.map_or("", Effect::words))
                        .fix("have somebody else do it, or take the rights on the guard from the caller"))
                }
                Some(Effect::Conditional | Effect::Unknown) => {
                    Err(Judged::unknown(Reason::Conditional, "whether the caller could approve its own request, something that was not evaluated decides").at(guard, "", "perhaps"))
                }
                None => hidden(case, guard).map_or(Ok(judged), Err),
            }
        }
        Caller::Stranger(_) => hidden(case, guard).map_or(Ok(judged), Err),
    }
}

/// What may hide that the caller could approve its own request.
fn hidden(case: &Case<'_, '_, '_>, guard: &str) -> Option<Judged> {
    let (reason, says) = may_hide(case.access, guard)?;
    let says = format!(
        "a Resource Guard holds it; whether the caller could approve itself cannot be told: {says}"
    );
    Some(Judged::unknown(reason, says).at(guard, "roleAssignments", "not read"))
}

/// There is a guard, and it does not hold the operation for certain.
fn not_held(
    case: &Case<'_, '_, '_>,
    vault: &Vault<'_>,
    guards: &[String],
) -> Result<Judged, Judged> {
    let guard = guards.first().map_or("", String::as_str);
    let way = case.request.operation.way(vault.is_recovery_services());
    let held = way.map(|way| way.guard.held()).unwrap_or_default();
    if held.is_empty() {
        return Ok(Judged::decides("no Resource Guard can hold it: nobody has to agree").at(
            guard,
            "",
            "does not know it",
        ));
    }
    let read = case.estate.other(guard).map(|found| ResourceGuard::read(found.clone()));
    let Some(Ok(read)) = read else {
        let reason = case.estate.exists(guard).err().unwrap_or(Reason::NotCollected);
        return Err(Judged::unknown(
            reason,
            "the Resource Guard was not read: it may leave the operation out",
        )
        .at(guard, "properties.vaultCriticalOperationExclusionList", "not read"));
    };
    let path = "properties.vaultCriticalOperationExclusionList";
    if held.iter().any(|held| held.firmness == Firmness::WhenSelected)
        && read.excluded_operations.is_empty()
    {
        return Err(Judged::unknown(
            Reason::SourceCannotSay,
            "whether the Resource Guard selects the operation is not shown",
        )
        .at(guard, path, "not shown"));
    }
    let excluded = read.excluded_operations.join(", ");
    Ok(Judged::decides("the Resource Guard leaves the operation out: one person can do it, and nobody has to agree")
        .at(guard, path, excluded).fix("have the guard hold the operation"))
}

/// P30: the caller holds every enforced action.
pub(super) fn caller_holds_all(case: &Case<'_, '_, '_>) -> Judged {
    let Some(targeted) = &case.who.targeted else {
        return Judged::unknown(
            Reason::NotCollected,
            "which vault is meant is not known, and so not who may do it",
        );
    };
    let elsewhere: Vec<String> = targeted
        .elsewhere
        .iter()
        .map(|enforced| format!("{} on {}", enforced.name(), enforced.on.name()))
        .collect();
    let who = match &case.who.caller {
        Caller::Unnamed => {
            let able = targeted.able.iter().filter(|able| able.effect == Effect::Allowed).count();
            let says = format!("the request names no caller; {able} could do it now");
            return Judged::unsaid("caller", says);
        }
        Caller::Stranger(named) => named.clone(),
        Caller::Known(caller) => case.access.principal(*caller).label(),
    };
    let on = targeted.on.as_str();
    if let Caller::Known(caller) = case.who.caller
        && case.access.principal(caller).is_group()
    {
        return Judged::unknown(
            Reason::Conditional,
            format!("{who} is a group: name the one person or application that is to do it"),
        )
        .at(REQUEST, "caller", who);
    }
    match case.who.caller_effect() {
        Some(Effect::Allowed) if elsewhere.is_empty() => Judged::pass(format!(
            "{who} holds every action that Azure enforces"
        ))
        .at(on, "roleAssignments", "allowed"),
        Some(Effect::Allowed | Effect::Eligible) if !elsewhere.is_empty() => {
            let says = format!(
                "{who} holds what is needed on the vault; where else it is needed was not said: {}",
                elsewhere.join(", ")
            );
            Judged::unknown(Reason::NotCollected, says).at(REQUEST, "arguments", "left out")
        }
        Some(Effect::Eligible) => Judged::decides(format!("{who} has to activate a role first"))
            .at(on, "roleEligibilityScheduleInstances", "eligible")
            .fix("activate the role for the window of the change"),
        Some(Effect::CanGrant) => {
            Judged::stops(format!("{who} does not hold it; it could give itself a role that does"))
                .at(on, "roleAssignments", "can-grant")
                .fix("have somebody do it who holds it")
        }
        Some(Effect::Allowed | Effect::Conditional | Effect::Unknown) => Judged::unknown(
            Reason::Conditional,
            format!("whether {who} holds it, something decides that was not read or evaluated"),
        )
        .at(on, "roleAssignments", "perhaps"),
        None => not_able(case, &who, on),
    }
}

/// P30 where nobody is named: somebody holds every enforced action.
pub fn somebody_holds_all(case: &Case<'_, '_, '_>) -> Judged {
    let Some(targeted) = &case.who.targeted else {
        return Judged::unknown(Reason::NotCollected, "who may do it could not be asked").at(
            case.subject.on,
            "roleAssignments",
            "not read",
        );
    };
    let on = targeted.on.as_str();
    // Who may do it to some items of a vault cannot do it to any.
    let whole = || targeted.able.iter().filter(|able| !targeted.only.contains_key(&able.principal));
    let count = |effect| whole().filter(|able| able.effect == effect).count();
    let of = |number: usize, effect: Effect| format!("{number} {}", effect.words());
    let now = count(Effect::Allowed);
    if now > 0 {
        return Judged::pass("somebody holds what Azure enforces on the vault or the item").at(
            on,
            "roleAssignments",
            of(now, Effect::Allowed),
        );
    }
    let later = count(Effect::Eligible);
    if later > 0 {
        return Judged::decides("nobody holds it now; somebody can activate a role that does")
            .at(on, "roleEligibilityScheduleInstances", of(later, Effect::Eligible))
            .fix("activate the role first");
    }
    if let Some((reason, says)) = may_hide(case.access, on) {
        let says = format!("whether anybody holds what it takes is not known: {says}");
        return Judged::unknown(reason, says).at(on, "roleAssignments", "not read");
    }
    for effect in [Effect::Conditional, Effect::Unknown] {
        if count(effect) > 0 {
            let says = "whether anybody holds what it takes, something decides that was not read or evaluated";
            return Judged::unknown(Reason::Conditional, says).at(
                on,
                "roleAssignments",
                of(count(effect), effect),
            );
        }
    }
    let owners = count(Effect::CanGrant);
    if owners > 0 {
        return Judged::decides("nobody holds it; somebody could take a role that does")
            .at(on, "roleAssignments", of(owners, Effect::CanGrant))
            .fix(format!("give it to somebody before it is needed: {}", least(case)));
    }
    Judged::stops("nobody holds what Azure enforces on the vault or the item")
        .at(on, "roleAssignments", "nobody")
        .fix(format!("give it to somebody: {}", least(case)))
}

/// The documented minimum of roles.
fn least(case: &Case<'_, '_, '_>) -> String {
    case.request.operation.documented_minimum.words("a role with these actions")
}

fn not_able(case: &Case<'_, '_, '_>, who: &str, on: &str) -> Judged {
    let doubt = may_hide(case.access, on).or_else(|| {
        let scopes =
            [&case.request.arguments.target_group, &case.request.arguments.staging_account];
        scopes.into_iter().flatten().find_map(|scope| may_hide(case.access, scope))
    });
    if let Some((reason, says)) = doubt {
        return Judged::unknown(
            reason,
            format!("{who} does not hold it, as far as was read: {says}"),
        )
        .at(on, "roleAssignments", "not read");
    }
    let needs: Vec<&str> = case
        .request
        .operation
        .way(case.subject.is_recovery_services())
        .into_iter()
        .flat_map(|way| way.needs.iter().filter_map(|any| any.first()))
        .map(|enforced| enforced.name())
        .collect();
    Judged::stops(format!("{who} does not hold every action that Azure enforces"))
        .at(on, "roleAssignments", format!("needs {}", needs.join(", ")))
        .fix("have somebody do it who holds them, or give the caller the least role that does for the window of the change")
}
