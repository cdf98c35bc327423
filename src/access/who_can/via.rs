//! The assignments that make it possible: found once for all targets, since thousands share them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::super::action::{Actions, sets};
use super::super::assignment::Grant;
use super::super::directory::PrincipalId;
use super::super::effective::{Held, Strength};
use super::super::index::Access;
use super::super::scope::{Lineage, ROOT};
use super::inquiry::ELEVATE;
use super::{Effect, Gap, Via};
use crate::inventory::{IdKey, Kind, Reason, id};

/// What assignments are to be found for.
#[derive(Debug, Default)]
pub(super) struct Sought {
    /// The scopes that were asked.
    pub scopes: BTreeSet<String>,
    /// What somebody holds of what is needed, and whether what it may grant counts as well.
    people: BTreeMap<PrincipalId, (Held, bool)>,
}

impl Sought {
    pub fn add(&mut self, principal: PrincipalId, held: Held, is_granting: bool) {
        let known = self.people.entry(principal).or_insert((Held::NOTHING, false));
        *known = (known.0.and(held), known.1 || is_granting);
    }

    pub fn join(&mut self, other: Self) {
        self.scopes.extend(other.scopes);
        for (principal, (held, is_granting)) in other.people {
            self.add(principal, held, is_granting);
        }
    }

    /// Finds them, and notes roles that nobody knows.
    pub fn via<'e, 'a>(
        &self,
        access: Access<'e, 'a>,
        gaps: &mut BTreeSet<Gap>,
    ) -> BTreeMap<PrincipalId, Vec<Via<'e, 'a>>> {
        let mut found: BTreeMap<PrincipalId, Vec<Via<'e, 'a>>> = BTreeMap::new();
        let index = access.index();
        let (mut layers, mut doubtful): (HashSet<IdKey>, HashSet<u32>) = Default::default();
        for scope in self.scopes.iter().map(String::as_str).chain([ROOT]) {
            let lineage = access.lineage(scope);
            for layer in &lineage.scopes {
                if layers.insert(IdKey::of(layer)) {
                    for grant in index.grants.at(layer) {
                        self.add_grant(access, grant, true, &lineage, &mut found, gaps);
                    }
                }
            }
            if lineage.unknown.is_some() {
                for (grant, _) in index.grants_over(&lineage).filter(|(_, is_certain)| !is_certain)
                {
                    if doubtful.insert(grant.source) {
                        self.add_grant(access, grant, false, &lineage, &mut found, gaps);
                    }
                }
            }
        }
        for via in found.values_mut() {
            via.sort_by_cached_key(|via| {
                let chain = &via.chain;
                (via.effect, chain.assignment.to_ascii_lowercase(), chain.groups.clone())
            });
            via.dedup_by(|one, other| {
                one.chain.assignment == other.chain.assignment
                    && one.chain.groups == other.chain.groups
            });
        }
        found
    }

    fn add_grant<'e, 'a>(
        &self,
        access: Access<'e, 'a>,
        grant: &Grant,
        is_certain: bool,
        lineage: &Lineage<'_>,
        found: &mut BTreeMap<PrincipalId, Vec<Via<'e, 'a>>>,
        gaps: &mut BTreeSet<Gap>,
    ) {
        let index = access.index();
        let given = index.grants.held(grant);
        let given = if is_certain { given } else { given.in_doubt() };
        let single = [(grant.principal, grant.principal)];
        let leaves = if index.directory.is_leaf(grant.principal) {
            &single[..]
        } else {
            &index.directory.expand(grant.principal).leaves[..]
        };
        let mut assigned = None;
        for (principal, _) in leaves {
            let Some((held, is_granting)) = self.people.get(principal) else { continue };
            let direct = Strength::ALL
                .into_iter()
                .find(|strength| given.at_least(*strength).intersects(held.at_least(*strength)));
            if assigned.is_none() && (direct.is_some() || *is_granting) {
                assigned = access.assigned(grant, is_certain, lineage);
            }
            let Some(assigned) = &assigned else { continue };
            let may_grant = if id::same(&assigned.scope, ROOT) {
                sets::GRANT.union(ELEVATE)
            } else {
                sets::GRANT
            };
            let granting = given.strength_of_any(may_grant).filter(|_| *is_granting);
            let effects = direct.map(Effect::of).into_iter().chain(granting.map(Effect::of_grant));
            let Some(effect) = effects.min() else { continue };
            let Some(groups) = index.directory.path(grant.principal, *principal) else { continue };
            let wanted = if granting.is_some() { may_grant } else { Actions::NONE };
            let mut chain = assigned.clone();
            chain.held = given.only(held.all().union(wanted));
            chain.groups = groups;
            if effect == Effect::Unknown && chain.doubt.is_none() {
                gaps.insert(Gap {
                    scope: chain.role.to_string(),
                    kind: Kind::RoleDefinition.type_name(),
                    reason: Reason::NotCollected,
                    message: "what the role allows: not read, so whoever has the role may be able"
                        .to_owned(),
                });
            }
            found.entry(*principal).or_default().push(Via { chain, effect });
        }
    }
}
