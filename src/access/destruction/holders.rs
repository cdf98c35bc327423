//! From effective permissions to powers: who holds which step, on the vault, on its guard, and where its
//! snapshots lie.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::analysis::{Held, Holder};
use super::power::{Power, Powers};
use super::search::NAMED_SETS;
use super::vault::Missing;
use crate::access::action::{Action, Actions, GuardRequest};
use crate::access::scope::is_management_group;
use crate::access::{Access, Holder as AccessHolder, PrincipalId, ROOT, Strength};
use crate::inventory::{Estate, Fact, Kind, Reason, id};

/// A power, and the actions of which any one gives it.
type Needs = [(Power, Actions)];

const ON_RECOVERY_SERVICES: &Needs = &[
    (Power::UnlinkGuard, Actions::of(&[Action::PROXY_DELETE])),
    (Power::ReduceImmutability, Actions::of(&[Action::VAULT_WRITE])),
    (Power::WeakenSoftDelete, Actions::of(&[Action::CONFIG_WRITE, Action::VAULT_WRITE])),
    (Power::DeleteData, Actions::of(&[Action::ITEM_DELETE])),
    (Power::UnregisterContainer, Actions::of(&[Action::IDENTITY_DELETE, Action::CONTAINER_DELETE])),
    (Power::ShortenPolicy, Actions::of(&[Action::POLICY_WRITE])),
    (Power::DeleteVault, Actions::of(&[Action::VAULT_DELETE])),
    (Power::UnlockVault, Actions::of(&[Action::LOCK_DELETE])),
];

const ON_BACKUP_VAULT: &Needs = &[
    (Power::UnlinkGuard, Actions::of(&[Action::BACKUP_VAULT_PROXY_DELETE])),
    (Power::ReduceImmutability, Actions::of(&[Action::BACKUP_VAULT_WRITE])),
    (Power::WeakenSoftDelete, Actions::of(&[Action::BACKUP_VAULT_WRITE])),
    (Power::DeleteData, Actions::of(&[Action::INSTANCE_DELETE])),
    (Power::DeleteVault, Actions::of(&[Action::BACKUP_VAULT_DELETE])),
    (Power::UnlockVault, Actions::of(&[Action::LOCK_DELETE])),
];

const UNLOCK: Actions = Actions::of(&[Action::LOCK_DELETE]);

/// What says who holds what, a list at each scope.
const LISTS: &[(Kind, &str)] = &[
    (Kind::RoleAssignment, "role assignments"),
    (Kind::RoleEligibilityInstance, "roles that somebody can activate"),
    (Kind::DenyAssignment, "deny assignments"),
];

/// What can be done on a guard; approvals differ by kind of vault.
fn on_guard(is_recovery_services: bool) -> Vec<(Power, Actions)> {
    let request = |vaults: GuardRequest, backup_vault: GuardRequest| {
        if is_recovery_services { vaults } else { backup_vault }.approvals()
    };
    vec![
        (Power::UnlockGuard, UNLOCK),
        (Power::DeleteGuard, Actions::of(&[Action::GUARD_DELETE, Action::REGISTERED_GUARD_DELETE])),
        (
            Power::ExcludeOperations,
            Actions::of(&[Action::GUARD_WRITE, Action::REGISTERED_GUARD_WRITE]),
        ),
        (Power::ApproveUnlink, GuardRequest::DELETE_PROXY.approvals()),
        (
            Power::ApproveReduceImmutability,
            request(GuardRequest::REDUCE_IMMUTABILITY, GuardRequest::REDUCE_INSTANCE_IMMUTABILITY),
        ),
        (
            Power::ApproveWeakenSoftDelete,
            request(GuardRequest::DISABLE_SOFT_DELETE, GuardRequest::REDUCE_INSTANCE_SOFT_DELETE),
        ),
        (
            Power::ApproveDeleteData,
            request(GuardRequest::DELETE_ITEM, GuardRequest::DELETE_INSTANCE),
        ),
        (Power::ApproveUnregister, GuardRequest::DELETE_IDENTITY.approvals()),
        (Power::ApproveShortenPolicy, GuardRequest::UPDATE_POLICY.approvals()),
    ]
}

/// The actions of which any one is enough for a step on a vault, on its guard, or on a lock.
pub(super) fn actions(power: Power, is_recovery_services: bool) -> Actions {
    let vault = if is_recovery_services { ON_RECOVERY_SERVICES } else { ON_BACKUP_VAULT };
    let guard = on_guard(is_recovery_services);
    let found = vault.iter().chain(&guard).find(|(known, _)| *known == power);
    found.map_or(UNLOCK, |(_, actions)| *actions)
}

/// Somebody who can give itself any role in the tenant, how surely.
pub(super) type Raised = (PrincipalId, Strength);

/// Everybody who holds a power, sorted by object id.
pub(super) struct Board<'c, 'e, 'a> {
    access: Access<'e, 'a>,
    estate: &'c Estate<'a>,
    /// Who can give itself any role in the tenant.
    raised: &'c [Raised],
    /// The powers whose holders were looked for.
    asked: Powers,
    people: Vec<(PrincipalId, Holder)>,
    /// The weakest strengths that somebody holds a power with.
    seen: Vec<Strength>,
    /// What others may hold, since it was not read who does.
    pub unread: Powers,
    /// The same on a guard in another subscription.
    unread_elsewhere: Powers,
    pub missing: Vec<Missing>,
}

impl<'c, 'e, 'a> Board<'c, 'e, 'a> {
    pub fn new(access: Access<'e, 'a>, estate: &'c Estate<'a>, raised: &'c [Raised]) -> Self {
        let (people, seen, missing) = (Vec::new(), Vec::new(), Vec::new());
        let none = Powers::NONE;
        Self {
            access,
            estate,
            raised,
            asked: none,
            people,
            seen,
            unread: none,
            unread_elsewhere: none,
            missing,
        }
    }

    /// Adds who holds what on a vault, and which locks over it must go.
    pub fn add_vault(&mut self, vault: &str, is_recovery_services: bool, locks: Powers) {
        let needs = if is_recovery_services { ON_RECOVERY_SERVICES } else { ON_BACKUP_VAULT };
        self.add(vault, needs);
        let above = [Power::UnlockVaultGroup, Power::UnlockVaultSubscription];
        self.add_locks(vault, locks, above);
    }

    /// Adds who holds what on a guard.
    pub fn add_guard(&mut self, guard: &str, is_recovery_services: bool, locks: Powers) {
        self.add(guard, &on_guard(is_recovery_services));
        let above = [Power::UnlockGuardGroup, Power::UnlockGuardSubscription];
        self.add_locks(guard, locks, above);
    }

    /// Notes who would hold what on a guard in another subscription: by roles at the root and at the highest
    /// management group, which stands above every subscription, and perhaps by those at the groups between.
    pub fn add_elsewhere(&mut self, vault: &str, is_recovery_services: bool) {
        let needs = on_guard(is_recovery_services);
        let lineage = self.access.lineage(vault);
        let groups: Vec<&str> = lineage
            .scopes
            .iter()
            .map(AsRef::as_ref)
            .filter(|scope| is_management_group(scope))
            .collect();
        let highest = groups.last().copied().filter(|_| lineage.unknown.is_none());
        // What is unsure there makes no difference to today's answer.
        let seen = self.seen.clone();
        let surely = self.holders_at(highest.unwrap_or(ROOT), &needs);
        let perhaps = groups.first().map(|lowest| self.holders_at(lowest, &needs));
        self.seen = seen;
        let surely = surely.into_iter().map(|(principal, holder)| {
            let elsewhere = holder.own.and(holder.granted);
            (principal, Holder { elsewhere, ..Holder::default() })
        });
        let perhaps = perhaps.into_iter().flatten().map(|(principal, holder)| {
            let doubtful = holder.own.all().union(holder.granted.all());
            let elsewhere = Held { doubtful, ..Held::default() };
            (principal, Holder { elsewhere, ..Holder::default() })
        });
        let all = joined(surely.collect(), perhaps.collect());
        // Whoever holds nothing else has no hand in this vault.
        let known = &self.people;
        let here = |(principal, _): &(PrincipalId, Holder)| {
            known.binary_search_by_key(principal, |(known, _)| *known).is_ok()
        };
        let all: Vec<_> = all.into_iter().filter(here).collect();
        self.merge(all);
        let unread = |kind| {
            let mut above = lineage.scopes.iter().filter(|scope| is_above_subscriptions(scope));
            above.any(|scope| self.estate.coverage.list_at(scope, kind).is_err())
        };
        let kinds = [Kind::RoleAssignment, Kind::RoleEligibilityInstance];
        if lineage.unknown.is_some() || kinds.into_iter().any(unread) {
            self.unread_elsewhere = Powers::ON_GUARD;
        }
    }

    fn add_locks(&mut self, of: &str, locks: Powers, above: [Power; 2]) {
        for (scope, power) in id::ancestors(of).zip(above) {
            if locks.contains(power) {
                self.add(scope, &[(power, UNLOCK)]);
            }
        }
    }

    /// Adds who can delete the snapshots, at each of the places where they lie, and who can lift the locks
    /// over them, wherever there is one.
    pub fn add_snapshots(&mut self, places: &[(String, Actions)], locks: &[(Power, String)]) {
        let places = places.iter().map(|(place, actions)| (place.as_str(), *actions));
        self.add_everywhere(Power::DeleteSnapshots, places);
        for power in [Power::UnlockSnapshots, Power::UnlockSnapshotSubscription] {
            let scopes = locks.iter().filter(|(known, _)| *known == power);
            self.add_everywhere(power, scopes.map(|(_, scope)| (scope.as_str(), UNLOCK)));
        }
    }

    /// Adds who holds a power at every one of these scopes.
    fn add_everywhere<'s>(
        &mut self,
        power: Power,
        scopes: impl Iterator<Item = (&'s str, Actions)>,
    ) {
        let mut everywhere: Option<Vec<(PrincipalId, Holder)>> = None;
        for (scope, actions) in scopes {
            self.note_unread(scope, Powers::of(&[power]));
            self.asked = self.asked.with(power);
            let here = self.holders_at(scope, &[(power, actions)]);
            everywhere = Some(match everywhere {
                None => here,
                Some(known) => at_both(power, &known, here),
            });
        }
        self.merge(everywhere.unwrap_or_default());
    }

    fn add(&mut self, scope: &str, needs: &Needs) {
        let all: Powers = needs.iter().map(|(power, _)| *power).collect();
        self.note_unread(scope, all);
        self.asked = self.asked.union(all);
        let people = self.holders_at(scope, needs);
        self.merge(people);
    }

    /// Who holds what at a scope, sorted, by its own roles and by those that it could give to itself.
    fn holders_at(&mut self, scope: &str, needs: &Needs) -> Vec<(PrincipalId, Holder)> {
        let wanted = needs.iter().fold(Actions::NONE, |all, (_, actions)| all.union(*actions));
        let own = self.access.at(scope);
        let own = own.holders().iter().filter(|holder| holder.held.all().intersects(wanted));
        let own: Vec<_> = own
            .map(|holder| {
                let own = self.powers(needs, holder);
                (holder.principal, Holder { own, ..Holder::default() })
            })
            .collect();
        let granted = self.access.could_hold(scope, wanted, self.raised);
        let granted: Vec<_> = granted
            .iter()
            .map(|holder| {
                let granted = self.powers(needs, holder);
                (holder.principal, Holder { granted, ..Holder::default() })
            })
            .collect();
        joined(own, granted)
    }

    fn powers(&mut self, needs: &Needs, holder: &AccessHolder) -> Held {
        let mut all = Held::default();
        for (power, actions) in needs {
            if let Some(strength) = holder.held.strength_of_any(*actions) {
                all = all.and(held(*power, strength));
                self.note(strength);
            }
        }
        all
    }

    /// Joins more people, sorted by principal, with those known.
    fn merge(&mut self, more: Vec<(PrincipalId, Holder)>) {
        self.people = joined(std::mem::take(&mut self.people), more);
    }

    fn note(&mut self, strength: Strength) {
        if strength != Strength::Allowed && !self.seen.contains(&strength) {
            self.seen.push(strength);
        }
    }

    /// What was not read that may make others holders of these powers.
    fn note_unread(&mut self, scope: &str, powers: Powers) {
        let lineage = self.access.lineage(scope);
        if let Some(reason) = lineage.unknown {
            let what = "the management groups above the subscription".to_owned();
            self.note_missing(Missing { what, reason });
            self.unread = self.unread.union(powers);
        }
        for (kind, what) in LISTS {
            // The highest one: what is missing there is missing below.
            let unread = lineage.scopes.iter().rev().find_map(|at| {
                let reason = self.estate.coverage.list_at(at, *kind).err()?;
                Some(Missing { what: format!("{what} at {at}"), reason })
            });
            let Some(missing) = unread else { continue };
            self.note_missing(missing);
            // A denial that was not read makes nobody a holder.
            if *kind != Kind::DenyAssignment {
                self.unread = self.unread.union(powers);
            }
        }
    }

    fn note_missing(&mut self, missing: Missing) {
        if !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
    }

    /// The people who can act, with what the tenant gives them; those who hold the same are one.
    pub fn finish(mut self, away: &[PrincipalId]) -> Found {
        let all: Powers = Power::ALL.into_iter().collect();
        let unasked = all.minus(self.asked);
        let everywhere = self.raised.iter().map(|(principal, strength)| {
            let granted = held_all(unasked, *strength);
            (*principal, Holder { granted, ..Holder::default() })
        });
        self.merge(everywhere.collect());
        let (unread, unread_elsewhere) = (self.unread, self.unread_elsewhere);
        let mut found =
            Found { unread, unread_elsewhere, missing: self.missing, ..Found::default() };
        let mut classes: HashMap<Holder, usize> = HashMap::new();
        for (principal, mut holder) in self.people {
            let who = self.access.principal(principal);
            let is_away = away.contains(&principal);
            if is_away || !who.can_act() || who.enabled == Fact::Known(false) {
                continue;
            }
            if let Some(reason) = who.unresolved {
                holder.members_unread = true;
                let name = who.name.as_deref().unwrap_or(&who.id);
                let what = if who.is_group() {
                    format!("who is in the group {name}")
                } else {
                    format!("whether {name} is a group, and who is in it")
                };
                found.missing.push(Missing { what, reason });
            }
            let at = *classes.entry(holder).or_insert_with(|| {
                found.holders.push(Holder { count: 0, ..holder });
                found.principals.push(Vec::new());
                found.holders.len() - 1
            });
            found.holders[at].count += 1;
            // No answer names more of them.
            if found.principals[at].len() < NAMED_SETS as usize {
                found.principals[at].push(principal);
            }
        }
        found.missing.extend(self.seen.into_iter().map(doubt_of));
        found
    }
}

/// What a board has come to.
#[derive(Default)]
pub(super) struct Found {
    pub holders: Vec<Holder>,
    /// Of each holder, the first who hold just that.
    pub principals: Vec<Vec<PrincipalId>>,
    pub unread: Powers,
    pub unread_elsewhere: Powers,
    pub missing: Vec<Missing>,
}

fn is_above_subscriptions(scope: &str) -> bool {
    scope == ROOT || is_management_group(scope)
}

fn doubt_of(strength: Strength) -> Missing {
    let (what, reason) = match strength {
        Strength::Eligible | Strength::Allowed => {
            ("whether somebody has to approve that a role is activated", Reason::NotCollected)
        }
        Strength::Conditional => ("what a condition lets through", Reason::Conditional),
        Strength::Possible => ("what a role allows, or where it applies", Reason::NotCollected),
    };
    Missing { what: what.to_owned(), reason }
}

fn held(power: Power, strength: Strength) -> Held {
    held_all(Powers::of(&[power]), strength)
}

fn held_all(powers: Powers, strength: Strength) -> Held {
    let mut held = Held::default();
    match strength {
        Strength::Allowed => held.now = powers,
        Strength::Eligible => held.eligible = powers,
        Strength::Conditional | Strength::Possible => held.doubtful = powers,
    }
    held
}

/// Joins two lists of people that are sorted by principal.
fn joined(
    one: Vec<(PrincipalId, Holder)>,
    other: Vec<(PrincipalId, Holder)>,
) -> Vec<(PrincipalId, Holder)> {
    if other.is_empty() {
        return one;
    }
    let mut people = Vec::with_capacity(one.len().max(other.len()));
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    loop {
        let order = match (one.peek(), other.peek()) {
            (Some((left, _)), Some((right, _))) => left.cmp(right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return people,
        };
        match order {
            Ordering::Less => people.extend(one.next()),
            Ordering::Greater => people.extend(other.next()),
            Ordering::Equal => {
                let both = one.next().zip(other.next());
                people.extend(both.map(|((principal, left), (_, right))| {
                    let own = left.own.and(right.own);
                    let granted = left.granted.and(right.granted);
                    let elsewhere = left.elsewhere.and(right.elsewhere);
                    (principal, Holder { own, granted, elsewhere, ..left })
                }));
            }
        }
    }
}

/// Who holds the one power of two places in both.
fn at_both(
    power: Power,
    known: &[(PrincipalId, Holder)],
    here: Vec<(PrincipalId, Holder)>,
) -> Vec<(PrincipalId, Holder)> {
    let both = here.into_iter().filter_map(|(principal, here)| {
        let at = known.binary_search_by_key(&principal, |(known, _)| *known).ok()?;
        Some((principal, weaker(power, &known[at].1, &here)))
    });
    both.collect()
}

/// Of one power, held in two places, what is held in both: by roles of its own where that is so in both,
/// else after giving itself one.
fn weaker(power: Power, left: &Holder, right: &Holder) -> Holder {
    let rank = |held: Held| match () {
        () if !held.now.is_empty() => Some(Strength::Allowed),
        () if !held.eligible.is_empty() => Some(Strength::Eligible),
        () => (!held.doubtful.is_empty()).then_some(Strength::Possible),
    };
    let both = |left: Held, right: Held| {
        let strength = rank(left).zip(rank(right)).map(|(left, right)| left.max(right));
        strength.map(|it| held(power, it)).unwrap_or_default()
    };
    let own = both(left.own, right.own);
    let granted = both(left.own.and(left.granted), right.own.and(right.granted));
    Holder { own, granted, ..Holder::default() }
}
