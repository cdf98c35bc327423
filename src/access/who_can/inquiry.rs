//! The asking about one target: who holds all that is needed there, or could give it to itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::action::{Action, Actions, sets};
use super::super::directory::PrincipalId;
use super::super::doubt::Missing;
use super::super::effective::{Effective, Held};
use super::super::index::Access;
use super::super::question::Question;
use super::super::scope::ROOT;
use super::target::{Need, Target, is_bare, suggestion};
use super::via::Sought;
use super::{Able, Effect, Gap, ObstacleView, Targeted};
use crate::inventory::{Estate, IdKey, Reason};

/// Raises whoever holds it at the root to whoever may grant everything.
pub(super) const ELEVATE: Actions = Actions::of(&[Action::ELEVATE]);

/// What was found on one target.
pub(super) struct Findings<'e> {
    pub targeted: Targeted<'e>,
    pub gaps: BTreeSet<Gap>,
    pub sought: Sought,
}

pub(super) struct Inquiry<'q, 'e, 'a> {
    pub access: Access<'e, 'a>,
    pub estate: &'e Estate<'a>,
    pub question: &'q Question,
    pub target: &'q Target,
    scopes: Vec<Asked>,
    positions: HashMap<IdKey, usize>,
    root: Effective,
    pub gaps: BTreeSet<Gap>,
    /// Whether something may be in the way that was not read.
    pub may_be_blocked: bool,
    sought: Sought,
}

/// A scope that was asked.
struct Asked {
    scope: String,
    effective: Effective,
    /// What deny assignments over it are about.
    denied: Actions,
}

/// Any one of these actions, each with the position of its scope.
type Resolved = Vec<(Action, usize)>;

impl<'q, 'e, 'a> Inquiry<'q, 'e, 'a> {
    pub fn new(
        access: Access<'e, 'a>,
        estate: &'e Estate<'a>,
        question: &'q Question,
        target: &'q Target,
    ) -> Self {
        let (scopes, positions, gaps) = (Vec::new(), HashMap::new(), BTreeSet::new());
        let (root, sought) = (access.at(ROOT), Sought::default());
        Self {
            access,
            estate,
            question,
            target,
            scopes,
            positions,
            root,
            gaps,
            may_be_blocked: false,
            sought,
        }
    }

    pub fn answer(mut self) -> Findings<'e> {
        let mut able: BTreeMap<PrincipalId, Able> = BTreeMap::new();
        let mut only: BTreeMap<PrincipalId, Vec<String>> = BTreeMap::new();
        for needs in &self.target.ways {
            for (principal, effect) in self.ask(needs) {
                let known = able.entry(principal).or_insert(Able::new(principal, effect));
                known.effect = known.effect.min(effect);
            }
        }
        for part in &self.target.parts {
            for needs in &self.target.ways {
                let there: Vec<Need> = needs.iter().map(|need| need.of_item(part)).collect();
                for (principal, effect) in self.ask(&there) {
                    let known = able.get(&principal).map(|known| known.effect);
                    // The whole is more than a part, and a stronger effect more than a weaker one.
                    let is_more = known.is_none_or(|known| effect < known);
                    if is_more {
                        able.insert(principal, Able::new(principal, effect));
                        only.insert(principal, Vec::new());
                    }
                    if is_more || known == Some(effect) {
                        only.entry(principal).and_modify(|parts| parts.push(part.clone()));
                    }
                }
            }
        }
        let mut able: Vec<Able> = able.into_values().collect();
        able.sort_by_key(|able| (able.effect, able.principal));
        let blocks = self.blocks();
        for able in &mut able {
            able.approves_itself = blocks.iter().any(|block| block.is_approved_by(able.principal));
        }
        let view = self.obstacle_view();
        let targeted = Targeted {
            on: self.target.on.clone(),
            kind: self.target.kind,
            able,
            only,
            blocks,
            view,
            elsewhere: self.target.elsewhere.clone(),
        };
        Findings { targeted, gaps: self.gaps, sought: self.sought }
    }

    /// How much of what may be in the way was read; a target that was not is a gap.
    fn obstacle_view(&mut self) -> ObstacleView {
        let on = &self.target.on;
        if !self.target.is_read {
            let mut message = "nothing of it was read: what is in the way is not known".to_owned();
            if let Some(near) = suggestion(self.estate, on) {
                message = format!("{message}; did you mean `{near}`?");
            }
            let (scope, kind) = (on.clone(), self.target.kind.type_name());
            self.gaps.insert(Gap { scope, kind, reason: Reason::NotCollected, message });
            ObstacleView::Nothing
        } else if is_bare(on) {
            ObstacleView::Below
        } else if self.may_be_blocked {
            ObstacleView::Part
        } else {
            ObstacleView::Whole
        }
    }

    /// Everybody who can do it in one way.
    fn ask(&mut self, needs: &[Need]) -> Vec<(PrincipalId, Effect)> {
        let mut resolved: Vec<Resolved> = Vec::new();
        let mut wanted = Actions::NONE;
        for need in needs {
            let mut any = Vec::new();
            for (action, scope) in &need.any {
                any.push((*action, self.look_at(scope)));
                wanted.insert(*action);
            }
            resolved.push(any);
        }
        let mut found = Vec::new();
        for principal in self.named(&resolved, wanted) {
            let Some(effect) = self.effect(&resolved, principal) else { continue };
            found.push((principal, effect));
            self.seek(&resolved, principal);
        }
        found
    }

    /// Asks about a scope once.
    pub fn look_at(&mut self, scope: &str) -> usize {
        let key = IdKey::of(scope);
        if let Some(known) = self.positions.get(&key) {
            return *known;
        }
        let doubts = self.access.doubts(scope);
        self.gaps.extend(doubts.iter().map(Gap::of_doubt));
        self.may_be_blocked |= doubts.iter().any(|doubt| doubt.missing == Missing::DenyAssignments);
        let index = self.access.index();
        let denials = if index.denials.is_empty() {
            Vec::new()
        } else {
            index.denials_over(&self.access.lineage(scope))
        };
        let about = denials.iter().map(|(denial, _)| denial.about());
        let denied = about.fold(Actions::NONE, Actions::union);
        self.sought.scopes.insert(scope.to_owned());
        let effective = self.access.at(scope);
        self.scopes.push(Asked { scope: scope.to_owned(), effective, denied });
        self.positions.insert(key, self.scopes.len() - 1);
        self.scopes.len() - 1
    }

    /// Everybody who may matter, sorted.
    fn named(&self, needs: &[Resolved], wanted: Actions) -> Vec<PrincipalId> {
        let wanted = wanted.union(sets::GRANT);
        let scopes: BTreeSet<usize> = needs.iter().flatten().map(|(_, scope)| *scope).collect();
        let holders = scopes.iter().flat_map(|scope| self.scopes[*scope].effective.holders());
        let holders = holders.filter(|holder| holder.held.all().intersects(wanted));
        let mut named: Vec<PrincipalId> = holders.map(|holder| holder.principal).collect();
        named.extend(self.root.with(Action::ELEVATE).map(|(principal, _)| principal));
        named.sort_unstable();
        named.dedup();
        named
    }

    /// How surely somebody can do all of it: the weakest need counts.
    fn effect(&self, needs: &[Resolved], principal: PrincipalId) -> Option<Effect> {
        needs.iter().try_fold(Effect::Allowed, |weakest, need| {
            let (direct, granted) = self.effects(need, principal);
            direct.into_iter().chain(granted).min().map(|effect| weakest.max(effect))
        })
    }

    /// How surely somebody holds one of the actions of a need, and how surely it could give one to itself;
    /// the latter only where that is more.
    fn effects(&self, need: &Resolved, principal: PrincipalId) -> (Option<Effect>, Option<Effect>) {
        let held = |(action, scope): &(Action, usize)| {
            self.scopes[*scope].effective.of(principal).strength(*action).map(Effect::of)
        };
        let direct = need.iter().filter_map(held).min();
        if matches!(direct, Some(Effect::Allowed | Effect::Eligible)) {
            return (direct, None);
        }
        let granted =
            need.iter().filter_map(|(action, scope)| self.grants(*action, *scope, principal));
        let granted = granted.min();
        (direct, granted.filter(|granted| direct.is_none_or(|direct| *granted < direct)))
    }

    /// How surely somebody could give itself an action at a scope.
    fn grants(&self, action: Action, scope: usize, principal: PrincipalId) -> Option<Effect> {
        let asked = &self.scopes[scope];
        let here = asked.effective.of(principal).strength_of_any(sets::GRANT);
        let elevating = self.root.of(principal).strength(Action::ELEVATE);
        let strength = here.into_iter().chain(elevating).min()?;
        if asked.denied.contains(action) {
            // Nobody grants past a deny assignment.
            let taken = self.access.denials(&asked.scope, principal, Actions::of(&[action]));
            if taken.iter().any(|taken| taken.surely.contains(action)) {
                return None;
            }
        }
        Some(Effect::of_grant(strength))
    }

    /// Notes what somebody's assignments are to be found for.
    fn seek(&mut self, needs: &[Resolved], principal: PrincipalId) {
        let mut held = Held::NOTHING;
        let mut is_granting = false;
        for need in needs {
            for (action, scope) in need {
                let there = self.scopes[*scope].effective.of(principal);
                held = held.and(there.only(Actions::of(&[*action])));
            }
            is_granting |= self.effects(need, principal).1.is_some();
        }
        self.sought.add(principal, held, is_granting);
    }
}

impl Able {
    fn new(principal: PrincipalId, effect: Effect) -> Self {
        Self { principal, effect, approves_itself: false }
    }
}
