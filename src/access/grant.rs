//! What somebody could give to itself: who can write role assignments, and what denials leave of that.

use std::collections::BTreeMap;

use super::action::{Action, Actions, sets};
use super::directory::PrincipalId;
use super::effective::{Held, Holder, Strength};
use super::index::Access;
use super::scope::ROOT;

impl Held {
    /// All of these, equally surely.
    pub(super) fn all_of(actions: Actions, strength: Strength) -> Self {
        let mut held = Self::NOTHING;
        *match strength {
            Strength::Allowed => &mut held.allowed,
            Strength::Eligible => &mut held.eligible,
            Strength::Conditional => &mut held.conditional,
            Strength::Possible => &mut held.possible,
        } = actions;
        held
    }
}

impl Access<'_, '_> {
    /// Whoever can give itself any role in the tenant: it writes role assignments at the root, or raises
    /// itself to do so
    /// (<https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin>).
    /// Sorted by object id.
    pub fn raised(&self) -> Vec<(PrincipalId, Strength)> {
        let wanted = sets::GRANT.union(Actions::of(&[Action::ELEVATE]));
        let strong =
            |holder: &Holder| Some((holder.principal, holder.held.strength_of_any(wanted)?));
        self.at(ROOT).holders().iter().filter_map(strong).collect()
    }

    /// What everybody who can write role assignments that reach a scope could hold there of some actions,
    /// by a role that it gives to itself; sorted by object id.
    ///
    /// A denial wins over every role, so what is denied to a principal at the scope it cannot give to
    /// itself. Nor does it help to deny the writing of assignments at the scope alone: an assignment that
    /// is written above reaches it. `raised` are those who can give themselves roles everywhere.
    pub fn could_hold(
        &self,
        scope: &str,
        wanted: Actions,
        raised: &[(PrincipalId, Strength)],
    ) -> Vec<Holder> {
        let lineage = self.lineage(scope);
        let denials = self.index().denials_over(&lineage);
        // Without denials whoever writes assignments above does so here.
        let above = if denials.is_empty() { 1 } else { lineage.scopes.len() };
        let mut able: BTreeMap<PrincipalId, Strength> = raised.iter().copied().collect();
        for at in lineage.scopes.iter().take(above) {
            for holder in self.at(at).holders() {
                if let Some(strength) = holder.held.strength_of_any(sets::GRANT) {
                    let best = able.entry(holder.principal).or_insert(strength);
                    *best = strength.min(*best);
                }
            }
        }
        let left = able.into_iter().map(|(principal, strength)| {
            let denied = self.index().taken(scope, principal, &denials);
            Holder { principal, held: Held::all_of(wanted, strength).less(&denied) }
        });
        left.filter(|holder| !holder.held.is_empty()).collect()
    }
}
