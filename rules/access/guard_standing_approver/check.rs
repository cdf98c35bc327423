//! Somebody holds the guard for good, where an approver should activate its role for hours.

use std::collections::BTreeMap;

use crate::access::action::{GuardRequest, sets};
use crate::access::{Access, Chain, PrincipalId, Strength, Tenure};
use crate::inventory::{Estate, Reason, Resource};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges resource guards.
pub const CHECK: Check = Check::Resource(check);

/// Role assignments that a finding names.
const NAMED: usize = 5;

type Doubt = (Reason, String);

fn check(guard: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let (access, estate) = (context.access(), context.estate);
    let id = guard.id.as_str();
    if is_unused(id, estate) {
        return Ok(Outcome::NotApplicable);
    }
    let away = access.behind(&context.declarations.break_glass);
    let wanted = GuardRequest::all_approvals().union(sets::GUARD_CONTROL);
    let party = access.party(id, wanted, &away);
    let mut standing: BTreeMap<String, (PrincipalId, Chain<'_, '_>)> = BTreeMap::new();
    let mut doubt = None;
    for (principal, strength) in &party.members {
        if *strength == Strength::Eligible {
            continue;
        }
        for chain in access.chains(id, *principal, wanted) {
            match judge(&chain, *principal, access) {
                Ok(true) => {
                    let key = chain.assignment.to_ascii_lowercase();
                    standing.entry(key).or_insert((*principal, chain));
                }
                Ok(false) => {}
                Err(why) => doubt = doubt.or(Some(why)),
            }
        }
    }
    if !standing.is_empty() {
        return Outcome::fail(defect(&standing, guard, context));
    }
    if estate.coverage.is_declared() {
        let message = "code does not show everybody who holds a role";
        return Err(Undecided::because(Reason::SourceCannotSay, message));
    }
    let unread = access.unread_list(id, false).map(|list| (list.reason, access.say(&list)));
    match doubt.or(unread) {
        None => Ok(Outcome::Pass),
        Some((reason, why)) => {
            let message =
                format!("it is not known whether somebody holds the guard for good: {why}");
            Err(Undecided::because(reason, message))
        }
    }
}

/// Whether no vault of the estate asks it, although all of them were read.
fn is_unused(guard: &str, estate: &Estate<'_>) -> bool {
    !estate.vaults.is_empty()
        && estate.vaults_guarded_by(guard).is_empty()
        && estate.vaults.iter().all(|vault| vault.linked_guards().unread.is_none())
}

/// Whether an assignment holds for good.
fn judge(
    chain: &Chain<'_, '_>,
    principal: PrincipalId,
    access: Access<'_, '_>,
) -> Result<bool, Doubt> {
    let strength = chain.held.strength_of_any(chain.held.all());
    let may_stand = matches!(chain.tenure, Tenure::Permanent | Tenure::Unknown(_));
    match strength {
        None | Some(Strength::Eligible) => Ok(false),
        _ if !may_stand => Ok(false),
        Some(strength @ (Strength::Conditional | Strength::Possible)) => {
            Err(access.in_doubt(principal, strength))
        }
        Some(Strength::Allowed) => match chain.tenure {
            Tenure::Unknown(reason) => {
                let scope = &chain.scope;
                let why = format!("the schedules of role assignments at {scope} were not read");
                Err((reason, why))
            }
            _ => Ok(true),
        },
    }
}

fn defect(
    standing: &BTreeMap<String, (PrincipalId, Chain<'_, '_>)>,
    guard: &Resource<'_>,
    context: &Context<'_, '_>,
) -> Defect {
    let access = context.access();
    let named = || standing.values().take(NAMED);
    let says = |(principal, chain): &(PrincipalId, Chain<'_, '_>)| {
        let holder = chain.groups.first().copied().unwrap_or(*principal);
        let role = chain.role_name.unwrap_or(&chain.role);
        format!("{} as {role} at {}", access.holder(holder, Strength::Allowed), chain.scope)
    };
    let names: Vec<String> = named().map(says).collect();
    let more = match standing.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "who approves, changes or deletes this guard holds that for good: {}{more}",
        names.join(", ")
    );
    let mut defect = Defect::at("", message)
        .observed(names)
        .expected("roles over the guard that are activated, or end on a day");
    for (principal, chain) in named() {
        defect = defect.related(chain.assignment, chain.says(*principal, access));
    }
    for vault in context.estate.vaults_guarded_by(guard.id.as_str()) {
        defect = defect.related(vault.id.as_str(), "a vault that asks this guard");
    }
    defect
}
