//! The analysis of the vaults of an estate, made when somebody asks for it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::analysis::{Analysis, Approval, Input, analyse};
use super::holders::{self, Board, Found, Raised};
use super::power::{Power, Powers};
use super::snapshots::Snapshots;
use super::vault::{self, Missing};
use crate::access::action::{Action, ActionTable, Actions, sets};
use crate::access::chain::Chain;
use crate::access::{Access, PrincipalId};
use crate::inventory::{Estate, Fact, Moment, ProtectionState, Vault, id};

/// What was analysed so far. Vaults with the same settings and the same holders share an answer; nothing is
/// worked out before somebody asks.
#[derive(Debug, Default)]
pub struct Destructions {
    raised: OnceLock<Vec<Raised>>,
    answers: RwLock<HashMap<Arc<Input>, Arc<Analysis>>>,
    by_vault: Vec<OnceLock<VaultDestruction>>,
}

impl Destructions {
    /// For so many vaults.
    pub fn new(vaults: usize) -> Self {
        Self { by_vault: (0..vaults).map(|_| OnceLock::new()).collect(), ..Self::default() }
    }

    fn answer(&self, input: &Arc<Input>) -> Arc<Analysis> {
        let known = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(input) {
            return Arc::clone(known);
        }
        drop(known);
        let analysis = Arc::new(analyse(input));
        let mut answers = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(answers.entry(Arc::clone(input)).or_insert(analysis))
    }
}

impl<'e> Access<'e, '_> {
    /// What it takes to destroy the backups of a vault; `None` if the estate has no such vault.
    pub fn destruction(&self, vault: &str) -> Option<&'e VaultDestruction> {
        let (estate, known) = (self.estate(), self.destructions());
        let at = estate.vault_position(vault)?;
        let found = known.by_vault.get(at)?.get_or_init(|| {
            let raised = known.raised.get_or_init(|| self.raised());
            let read = Read::of(&estate.vaults[at], estate, *self, raised, &[]);
            let analysis = known.answer(&read.input);
            read.with(analysis)
        });
        Some(found)
    }

    /// The same if some principals would not take part.
    pub fn destruction_without(
        &self,
        vault: &str,
        away: &[PrincipalId],
    ) -> Option<VaultDestruction> {
        let (estate, known) = (self.estate(), self.destructions());
        let vault = estate.vault(vault)?;
        let raised = known.raised.get_or_init(|| self.raised());
        let read = Read::of(vault, estate, *self, raised, away);
        let analysis = known.answer(&read.input);
        Some(read.with(analysis))
    }
}

/// What it takes to destroy the backups of one vault.
#[derive(Clone, Debug)]
pub struct VaultDestruction {
    /// The vault's id.
    pub vault: String,
    /// The answer.
    pub analysis: Arc<Analysis>,
    /// What it was made from.
    pub input: Arc<Input>,
    /// Who stands at the positions of the answer: of each holder, the first who hold just that.
    pub principals: Vec<Vec<PrincipalId>>,
    /// The guard that the vault is linked to, if it is known.
    pub guard: Option<String>,
    /// Where its snapshots lie, and the actions of which any one deletes them there.
    pub snapshots: Vec<(String, Actions)>,
    /// What is not known; not all of it matters for the answer.
    pub missing: Vec<Missing>,
    /// Whether the vault holds recovery points.
    pub has_points: Fact<bool>,
}

impl VaultDestruction {
    /// Who stands at a position of the answer; `None` for somebody of whom nothing was read.
    pub fn principal(&self, holder: u32, member: u32) -> Option<PrincipalId> {
        self.principals.get(holder as usize)?.get(member as usize).copied()
    }
}

/// The names of actions outlive every run.
static ACTIONS: ActionTable = ActionTable::CLOSED;

impl VaultDestruction {
    /// The actions of which any one is enough for a step.
    pub fn actions(&self, step: Power) -> Actions {
        match step {
            Power::DeleteSnapshots => {
                self.snapshots.iter().fold(Actions::NONE, |all, (_, actions)| all.union(*actions))
            }
            _ => holders::actions(step, self.input.strongest.prunes),
        }
    }

    /// Their names.
    pub fn action_names(&self, step: Power) -> Vec<&'static str> {
        self.actions(step).iter().map(|action| ACTIONS.name(action)).collect()
    }

    /// The scope at which a step is taken, as far as it is known.
    pub fn scope(&self, step: Power) -> Cow<'_, str> {
        let above = |of: &str, levels| id::ancestors(of).nth(levels).unwrap_or_default().to_owned();
        let guard = self.guard.as_deref().unwrap_or_default();
        let snapshots = self.snapshots.first().map_or("", |(place, _)| place.as_str());
        match step {
            Power::UnlockVaultGroup => Cow::Owned(above(&self.vault, 0)),
            Power::UnlockVaultSubscription => Cow::Owned(above(&self.vault, 1)),
            Power::UnlockGuardGroup => Cow::Owned(above(guard, 0)),
            Power::UnlockGuardSubscription => Cow::Owned(above(guard, 1)),
            Power::DeleteSnapshots | Power::UnlockSnapshots => Cow::Borrowed(snapshots),
            Power::UnlockSnapshotSubscription => {
                let subscription = id::subscription_of(snapshots);
                Cow::Owned(
                    subscription.map(|it| format!("/subscriptions/{it}")).unwrap_or_default(),
                )
            }
            _ if Powers::ON_GUARD.contains(step) => Cow::Borrowed(guard),
            _ => Cow::Borrowed(&self.vault),
        }
    }
}

impl VaultDestruction {
    /// The assignment to a group by which all who hold the same hold all of it, if there is just one: without
    /// it none of them has a hand in this vault.
    pub(super) fn only_assignment<'e, 'a>(
        &self,
        holder: u32,
        access: Access<'e, 'a>,
    ) -> Option<Chain<'e, 'a>> {
        const RAISES: Actions = sets::GRANT.union(Actions::of(&[Action::ELEVATE]));
        let held = self.input.holders.get(holder as usize)?;
        let principals = self.principals.get(holder as usize)?;
        if principals.len() != held.count as usize {
            return None;
        }
        let own = held.own.and(held.granted).and(held.elsewhere).all();
        let mut wanted: BTreeMap<Cow<'_, str>, Actions> = BTreeMap::new();
        for step in own.iter() {
            let scope = self.scope(step);
            if scope.is_empty() {
                return None;
            }
            let at = wanted.entry(scope).or_insert(RAISES);
            *at = at.union(self.actions(step));
        }
        let mut only: Option<Chain<'e, 'a>> = None;
        for principal in principals {
            for (scope, wanted) in &wanted {
                for chain in access.chains(scope, *principal, *wanted) {
                    let is_other = |known: &Chain<'_, '_>| known.assignment != chain.assignment;
                    if chain.groups.is_empty() || only.as_ref().is_some_and(is_other) {
                        return None;
                    }
                    only.get_or_insert(chain);
                }
            }
        }
        only
    }
}

/// One vault, ready to be analysed.
struct Read {
    vault: String,
    input: Arc<Input>,
    principals: Vec<Vec<PrincipalId>>,
    guard: Option<String>,
    snapshots: Vec<(String, Actions)>,
    missing: Vec<Missing>,
    has_points: Fact<bool>,
}

impl Read {
    fn of(
        vault: &Vault<'_>,
        estate: &Estate<'_>,
        access: Access<'_, '_>,
        raised: &[Raised],
        away: &[PrincipalId],
    ) -> Self {
        let snapshots = Snapshots::read(vault, estate);
        let protected = vault::read(vault, estate, &snapshots);
        let is_recovery_services = vault.is_recovery_services();
        let mut board = Board::new(access, estate, raised);
        let strongest = &protected.strongest;
        board.add_vault(vault.resource.id.as_str(), is_recovery_services, strongest.locks.all());
        if let Some(guard) = &protected.guard {
            let locks = strongest
                .guard
                .map_or(Powers::NONE, |guard| guard.write_locks.union(guard.delete_locks));
            board.add_guard(guard, is_recovery_services, locks);
        }
        if protected.guard_unread {
            board.unread = board.unread.union(Powers::ON_GUARD);
        }
        board.add_snapshots(&snapshots.places, &protected.snapshot_locks);
        board.add_elsewhere(vault.resource.id.as_str(), is_recovery_services);
        let Found { holders, principals, unread, unread_elsewhere, mut missing } =
            board.finish(away);
        missing.extend(protected.missing);
        missing.sort();
        missing.dedup();
        let (weakest, strongest) = (protected.weakest, protected.strongest);
        // The rules of activation are not among what can be read yet.
        let approval = Approval::Unread;
        let unread_locks = protected.unread_locks;
        let input =
            Input { weakest, strongest, holders, unread, unread_elsewhere, unread_locks, approval };
        Self {
            vault: vault.resource.id.as_str().to_owned(),
            input: Arc::new(input),
            principals,
            guard: protected.guard,
            snapshots: snapshots.places,
            missing,
            has_points: has_points(vault, estate),
        }
    }

    fn with(self, analysis: Arc<Analysis>) -> VaultDestruction {
        let Self { vault, input, principals, guard, snapshots, missing, has_points } = self;
        VaultDestruction {
            vault,
            analysis,
            input,
            principals,
            guard,
            snapshots,
            missing,
            has_points,
        }
    }
}

/// A vault without items has no points; nor has one whose items all wait for their first backup.
fn has_points(vault: &Vault<'_>, estate: &Estate<'_>) -> Fact<bool> {
    let id = vault.resource.id.as_str();
    let mut items = estate.protections_in(id);
    let waits = |state: &Fact<ProtectionState>| {
        matches!(
            state,
            Fact::Known(ProtectionState::IRPending | ProtectionState::ConfiguringProtection)
        )
    };
    if items.any(|item| {
        !waits(&item.state) || matches!(item.last_recovery_point, Fact::Known(Moment::At(_)))
    }) {
        return Fact::Known(true);
    }
    match vault.items_read {
        Ok(()) => Fact::Known(false),
        Err(reason) => Fact::Unknown(reason),
    }
}
