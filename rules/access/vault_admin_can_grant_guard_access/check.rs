//! Somebody with rights on the vault can make itself an approver on the vault's guard.

use crate::access::action::{Action, Actions, GuardRequest, sets};
use crate::access::{Access, Party, PrincipalId, ROOT, Strength};
use crate::inventory::Vault;
use crate::rule::{AtGuard, Check, Context, Verdict, defect_of_both, over_guards};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    over_guards(vault, context, |guard| at(guard, vault, context))
}

fn at(guard: &str, vault: &Vault<'_>, context: &Context<'_, '_>) -> AtGuard {
    let access = context.access();
    let away = access.behind(&context.declarations.break_glass);
    let weight = sets::on_vault(sets::DESTROY.union(sets::WEAKEN), vault.is_recovery_services());
    let acting = access.party(vault.resource.id.as_str(), weight, &away);
    let mut is_reported = false;
    for granting in granting(guard, access, &away) {
        let mut both = access.overlap(&acting, &granting, true);
        let found = both.proven.len();
        both.proven.retain(|(principal, _)| !approves(*principal, &acting, guard, context));
        is_reported |= both.proven.len() < found;
        if !both.proven.is_empty() {
            let does = "weaken or destroy these backups and write role assignments over the \
                        guard, and so become its own approver";
            let defect = defect_of_both(&both.proven, [&acting, &granting], access, does)
                .expected("nobody who holds rights on the vault can give roles over its guard");
            return AtGuard { defect: Some(defect), ..AtGuard::default() };
        }
        if let Some((reason, why)) = both.doubt {
            let message =
                format!("it is not known whether somebody can make itself an approver: {why}");
            return AtGuard { doubt: Some((reason, message)), is_reported, ..AtGuard::default() };
        }
    }
    AtGuard { is_reported, ..AtGuard::default() }
}

/// Those who write role assignments over the guard, and those who can raise themselves to that everywhere
/// (<https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin>).
fn granting(guard: &str, access: Access<'_, '_>, away: &[PrincipalId]) -> [Party; 2] {
    let elevate = Actions::of(&[Action::ELEVATE]);
    [access.party(guard, sets::GRANT, away), access.party(ROOT, elevate, away)]
}

/// Whether `mua-self-approval` takes part in the run and reports somebody already: it approves as it is.
fn approves(
    principal: PrincipalId,
    acting: &Party,
    guard: &str,
    context: &Context<'_, '_>,
) -> bool {
    let Some(parameters) = context.approval_rule else { return false };
    let held = context.access().at(guard).of(principal);
    let approving = held.strength_of_any(GuardRequest::all_approvals());
    match acting.strength(principal).zip(approving).map(|(one, other)| one.max(other)) {
        Some(Strength::Allowed) => true,
        Some(Strength::Eligible) => parameters.boolean("count-eligible"),
        _ => false,
    }
}
