//! Somebody can weaken the vault and approve that on its guard: two persons are one.

use crate::access::action::{GuardRequest, sets};
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
    let approving = access.party(guard, GuardRequest::all_approvals(), &away);
    let with_eligible = context.parameters.boolean("count-eligible");
    let both = access.overlap(&acting, &approving, with_eligible);
    let defect = (!both.proven.is_empty()).then(|| {
        let does = "weaken or destroy these backups and approve that on the guard: \
                    multi-user authorization asks nobody else";
        defect_of_both(&both.proven, [&acting, &approving], access, does)
            .expected("nobody who holds rights on the vault can approve on its guard")
    });
    let doubt = both.doubt.map(|(reason, why)| {
        (reason, format!("it is not known whether somebody can approve its own requests: {why}"))
    });
    AtGuard { defect, doubt, is_reported: false }
}
