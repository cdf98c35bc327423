//! Parties: those who hold some actions at a scope and can act, and what may hide others.
//!
//! What was not read makes a party larger than it looks, never smaller.

use super::action::Actions;
use super::directory::{PrincipalId, PrincipalKind};
use super::doubt::{Doubt, Missing};
use super::effective::Strength;
use super::index::Access;
use crate::inventory::{Fact, Reason};

/// Those who hold any of some actions at a scope.
#[derive(Clone, Debug)]
pub struct Party {
    /// The scope.
    pub scope: String,
    /// The actions.
    pub wanted: Actions,
    /// Who, and how surely; sorted by object id.
    pub members: Vec<(PrincipalId, Strength)>,
}

/// Who is in two parties at once.
#[derive(Clone, Debug, Default)]
pub struct Overlap {
    /// Those who are for certain: now, or after an activation. The weaker side counts.
    pub proven: Vec<(PrincipalId, Strength)>,
    /// Why there may be others, and how that is said after "it is not known whether".
    pub doubt: Option<(Reason, String)>,
}

impl Party {
    /// How surely somebody is in it.
    pub fn strength(&self, principal: PrincipalId) -> Option<Strength> {
        let at = self.members.binary_search_by_key(&principal, |(known, _)| *known).ok()?;
        Some(self.members[at].1)
    }
}

impl Access<'_, '_> {
    /// Those who hold any of these actions at a scope, but for orphaned ids, disabled accounts and those
    /// who are to be left out.
    pub fn party(&self, scope: &str, wanted: Actions, away: &[PrincipalId]) -> Party {
        let effective = self.at(scope);
        let members = effective.holders().iter().filter_map(|holder| {
            let strength = holder.held.strength_of_any(wanted)?;
            let counts = !away.contains(&holder.principal) && self.counts(holder.principal);
            counts.then_some((holder.principal, strength))
        });
        Party { scope: scope.to_owned(), wanted, members: members.collect() }
    }

    /// How surely what is assigned to a principal, or to a group as such, gives any of these actions at a scope,
    /// whoever is in the group; denials aside.
    pub fn given(&self, to: PrincipalId, scope: &str, wanted: Actions) -> Option<Strength> {
        let lineage = self.lineage(scope);
        let grants = self.index().grants_over(&lineage);
        let held = grants.filter(|(grant, _)| grant.principal == to).map(|(grant, is_certain)| {
            let held = self.index().grants.held(grant);
            if is_certain { held } else { held.in_doubt() }
        });
        held.filter_map(|held| held.strength_of_any(wanted)).min()
    }

    /// Whether anybody can sign in as it.
    pub fn counts(&self, principal: PrincipalId) -> bool {
        let who = self.principal(principal);
        who.can_act() && who.enabled != Fact::Known(false)
    }

    /// The principals of these object ids, and everybody behind the groups among them.
    pub fn behind(&self, objects: &[String]) -> Vec<PrincipalId> {
        let directory = &self.index().directory;
        let mut found = Vec::new();
        for principal in objects.iter().filter_map(|object| self.find(object)) {
            found.push(principal);
            if !directory.is_leaf(principal) {
                let expansion = directory.expand(principal);
                found.extend(expansion.leaves.iter().map(|(leaf, _)| *leaf));
                found.extend(expansion.groups.iter().map(|(group, _)| *group));
            }
        }
        found
    }

    /// Who is in both parties. Activations count if they are to.
    pub fn overlap(&self, one: &Party, other: &Party, with_eligible: bool) -> Overlap {
        let mut overlap = Overlap::default();
        for (principal, strength) in &one.members {
            let Some(there) = other.strength(*principal) else { continue };
            let strength = there.max(*strength);
            match strength {
                Strength::Allowed => overlap.proven.push((*principal, strength)),
                Strength::Eligible if with_eligible => overlap.proven.push((*principal, strength)),
                Strength::Eligible => {}
                Strength::Conditional | Strength::Possible => {
                    overlap.doubt.get_or_insert_with(|| self.in_doubt(*principal, strength));
                }
            }
        }
        overlap.proven.sort_by_key(|(principal, strength)| (*strength, *principal));
        if overlap.proven.is_empty() && overlap.doubt.is_none() {
            overlap.doubt = self
                .hidden_in(one, other, with_eligible)
                .or_else(|| self.hidden_in(other, one, with_eligible));
        }
        overlap
    }

    /// What may hide somebody in a party who is also in another one, unless nobody can be in that.
    fn hidden_in(
        &self,
        one: &Party,
        other: &Party,
        with_eligible: bool,
    ) -> Option<(Reason, String)> {
        let found = self.hidden(one, with_eligible)?;
        let is_possible = !other.members.is_empty() || self.hidden(other, with_eligible).is_some();
        is_possible.then(|| (found.reason, self.say(&found)))
    }

    /// What may hide others from a party: groups without their members, and lists that were not read.
    pub fn hidden(&self, party: &Party, with_eligible: bool) -> Option<Doubt> {
        self.unread_group(party).or_else(|| self.unread_list(&party.scope, with_eligible))
    }

    /// The first group of a party whose members were not read.
    pub fn unread_group(&self, party: &Party) -> Option<Doubt> {
        party.members.iter().find_map(|(principal, _)| {
            let who = self.principal(*principal);
            let reason = who.unresolved.filter(|_| who.is_group())?;
            let (missing, scope) = (Missing::GroupMembers, who.id.clone());
            Some(Doubt { missing, scope, reason })
        })
    }

    /// The first list of roles over a scope that was not read.
    pub fn unread_list(&self, scope: &str, with_eligible: bool) -> Option<Doubt> {
        self.doubts(scope).into_iter().find(|doubt| is_list(doubt, with_eligible))
    }

    /// Somebody in words, with whether it takes an activation.
    pub fn holder(&self, principal: PrincipalId, strength: Strength) -> String {
        let who = self.principal(principal);
        let group = if who.is_group() { "the group " } else { "" };
        let is_unread = who.is_group() && who.unresolved.is_some();
        let unread = if is_unread { " (its members were not read)" } else { "" };
        let late = if strength == Strength::Eligible { " after an activation" } else { "" };
        format!("{group}{}{unread}{late}", who.label())
    }

    /// Why it is not certain that somebody holds something.
    pub fn in_doubt(&self, principal: PrincipalId, strength: Strength) -> (Reason, String) {
        let who = self.principal(principal).label();
        if strength == Strength::Conditional {
            let says = format!("{who} may, under a condition that nothing here evaluates");
            return (Reason::Conditional, says);
        }
        let says = format!("{who} may, by what was not read of its roles");
        (Reason::NotCollected, says)
    }

    /// The principal with this object id in words, with the name that the directory has for it, whether any
    /// role names it or not.
    pub fn label_of(&self, object: &str) -> String {
        let id = object.to_ascii_lowercase();
        let read =
            || self.estate().directory.iter().find(|known| known.id.eq_ignore_ascii_case(&id));
        match self.find(&id) {
            Some(principal) => self.principal(principal).label(),
            None => match read().map(|known| &known.display_name) {
                Some(Fact::Known(name)) => format!("{name} ({id})"),
                _ => id,
            },
        }
    }

    /// What was not read, in words.
    pub fn say(&self, doubt: &Doubt) -> String {
        let Doubt { missing, scope, .. } = doubt;
        match missing {
            Missing::RoleAssignments | Missing::EligibleAssignments | Missing::DenyAssignments => {
                format!("{} at {scope} were not read", missing.words())
            }
            Missing::ManagementGroups => format!("{} {scope} were not read", missing.words()),
            Missing::RoleDefinition => format!("what the role {scope} allows was not read"),
            Missing::GroupMembers => {
                let group = self.find(scope).map(|group| self.principal(group));
                let group = group.map_or_else(|| scope.clone(), super::Principal::label);
                format!("who is in the group {group} was not read")
            }
        }
    }

    /// How many there are of each kind of principal, in words: `2 people, 1 application`.
    pub fn census(&self, principals: &[PrincipalId]) -> String {
        const WORDS: [(&[PrincipalKind], &str, &str); 6] = [
            (&[PrincipalKind::User], "person", "people"),
            (
                &[PrincipalKind::ServicePrincipal, PrincipalKind::ManagedIdentity],
                "application",
                "applications",
            ),
            (&[PrincipalKind::Guest], "guest", "guests"),
            (
                &[PrincipalKind::Group, PrincipalKind::ForeignGroup],
                "group without its members",
                "groups without their members",
            ),
            (&[PrincipalKind::Orphan], "orphaned id", "orphaned ids"),
            (
                &[PrincipalKind::Unknown, PrincipalKind::Device],
                "principal of unknown kind",
                "principals of unknown kind",
            ),
        ];
        let counted = WORDS.iter().filter_map(|(kinds, one, many)| {
            let is_of =
                |principal: &&PrincipalId| kinds.contains(&self.principal(**principal).kind);
            match principals.iter().filter(is_of).count() {
                0 => None,
                1 => Some(format!("1 {one}")),
                count => Some(format!("{count} {many}")),
            }
        });
        counted.collect::<Vec<_>>().join(", ")
    }
}

/// Who holds a role without a definition is known already; denials take away.
fn is_list(doubt: &Doubt, with_eligible: bool) -> bool {
    match doubt.missing {
        Missing::RoleAssignments | Missing::ManagementGroups => true,
        Missing::EligibleAssignments => with_eligible,
        Missing::GroupMembers | Missing::RoleDefinition | Missing::DenyAssignments => false,
    }
}
