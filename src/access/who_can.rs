//! Answers who can do something: on which target, how surely, by which assignments, and what is in the
//! way.
//!
//! It says what roles allow. Whether the operation would work (a point exists, the machine is there) it
//! does not ask.

mod block;
mod effect;
mod target;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::action::{Action, Actions, sets};
use super::chain::Chain;
use super::directory::PrincipalId;
use super::effective::{Effective, Held};
use super::index::Access;
use super::operation::Enforced;
use super::question::Question;
use super::scope::ROOT;
use crate::inventory::{Estate, Kind, Reason};

pub use block::{Block, Obstacle};
pub use effect::Effect;
pub use target::NoTarget;

use target::{Need, Target};

/// Who can do something.
#[derive(Debug)]
pub struct Answer<'e, 'a> {
    /// What was asked.
    pub question: Question,
    /// The answer for each target, in the order in which they were named, or by id.
    pub targets: Vec<Targeted<'e, 'a>>,
    /// What was not read and could change the answer; sorted.
    pub gaps: Vec<Gap>,
}

/// Who can do it on one target.
#[derive(Debug)]
pub struct Targeted<'e, 'a> {
    /// The target's id.
    pub on: String,
    /// What it is.
    pub kind: Kind,
    /// Those who can, strongest effect first, then by object id.
    pub able: Vec<Able<'e, 'a>>,
    /// What is in the way.
    pub blocks: Vec<Block<'e>>,
    /// What is needed as well, at places that the target does not tell.
    pub elsewhere: Vec<Enforced>,
}

/// Somebody who can do it.
#[derive(Debug)]
pub struct Able<'e, 'a> {
    /// Who.
    pub principal: PrincipalId,
    /// How surely.
    pub effect: Effect,
    /// Parts of the target, where it is not the whole.
    pub only: Vec<String>,
    /// By which assignments.
    pub via: Vec<Via<'e, 'a>>,
    /// Whether it could approve its own request where a Resource Guard holds the operation.
    pub approves_itself: bool,
}

/// One assignment that makes it possible.
#[derive(Debug)]
pub struct Via<'e, 'a> {
    /// From the assignment to the principal.
    pub chain: Chain<'e, 'a>,
    /// What it gives.
    pub effect: Effect,
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Where: a scope, or the id of what could not be read.
    pub scope: String,
    /// The type of what is missing.
    pub kind: &'static str,
    /// Why.
    pub reason: Reason,
    /// What that means for the answer.
    pub message: String,
}

/// Answers a question on the targets of these ids, or without any on every one that it is about.
///
/// # Errors
/// When there is nothing to ask about.
pub fn ask<'e, 'a>(
    access: Access<'e, 'a>,
    estate: &'e Estate<'a>,
    question: Question,
    on: &[String],
) -> Result<Answer<'e, 'a>, NoTarget> {
    let targets = target::targets(estate, &question, on)?;
    let asked: Vec<(Targeted<'e, 'a>, BTreeSet<Gap>)> = targets
        .par_iter()
        .map(|target| Inquiry::new(access, estate, &question, target).answer())
        .collect();
    let mut gaps = BTreeSet::new();
    let mut answers = Vec::with_capacity(asked.len());
    for (answer, missing) in asked {
        answers.push(answer);
        gaps.extend(missing);
    }
    Ok(Answer { question, targets: answers, gaps: gaps.into_iter().collect() })
}

/// The asking about one target.
struct Inquiry<'q, 'e, 'a> {
    access: Access<'e, 'a>,
    estate: &'e Estate<'a>,
    question: &'q Question,
    target: &'q Target,
    /// Who holds what at the scopes that were asked, by scope in lower case.
    scopes: BTreeMap<String, Effective>,
    root: Effective,
    gaps: BTreeSet<Gap>,
}

impl<'q, 'e, 'a> Inquiry<'q, 'e, 'a> {
    fn new(
        access: Access<'e, 'a>,
        estate: &'e Estate<'a>,
        question: &'q Question,
        target: &'q Target,
    ) -> Self {
        let (scopes, root) = (BTreeMap::new(), access.at(ROOT));
        Self { access, estate, question, target, scopes, root, gaps: BTreeSet::new() }
    }

    fn answer(mut self) -> (Targeted<'e, 'a>, BTreeSet<Gap>) {
        let mut able: BTreeMap<PrincipalId, Able<'e, 'a>> = BTreeMap::new();
        for needs in &self.target.ways {
            self.add(needs, None, &mut able);
        }
        for part in &self.target.parts {
            for needs in &self.target.ways {
                let there: Vec<Need> = needs.iter().map(|need| need.of_item(part)).collect();
                self.add(&there, Some(part), &mut able);
            }
        }
        let mut able: Vec<Able<'e, 'a>> = able.into_values().collect();
        able.sort_by_key(|able| (able.effect, able.principal));
        let blocks = self.blocks();
        for able in &mut able {
            able.approves_itself = blocks.iter().any(|block| block.is_approved_by(able.principal));
        }
        let answer = Targeted {
            on: self.target.on.clone(),
            kind: self.target.kind,
            able,
            blocks,
            elsewhere: self.target.elsewhere.clone(),
        };
        (answer, self.gaps)
    }

    /// Adds those who can do it in one way, on the target or on a part of it.
    fn add(
        &mut self,
        needs: &[Need],
        part: Option<&String>,
        able: &mut BTreeMap<PrincipalId, Able<'e, 'a>>,
    ) {
        for (_, scope) in needs.iter().flat_map(|need| &need.any) {
            self.look_at(scope);
        }
        for principal in self.named(needs) {
            let Some(effect) = self.effect(needs, principal) else { continue };
            let known = able.get(&principal).map(|known| (known.effect, known.only.is_empty()));
            match known {
                // The whole is more than a part, and a stronger effect more than a weaker one.
                Some((strongest, is_whole))
                    if strongest < effect
                        || strongest == effect && (is_whole && part.is_some()) =>
                {
                    continue;
                }
                _ => {}
            }
            let mut via = self.via(needs, principal);
            let entry = able.entry(principal).or_insert_with(|| Able {
                principal,
                effect,
                only: Vec::new(),
                via: Vec::new(),
                approves_itself: false,
            });
            if effect < entry.effect {
                entry.effect = effect;
                entry.only.clear();
            }
            entry.only.extend(part.cloned());
            via.retain(|new| !entry.via.iter().any(|known| is_same(&known.chain, &new.chain)));
            entry.via.append(&mut via);
            entry.via.sort_by_cached_key(|via| {
                (via.effect, via.chain.assignment.to_ascii_lowercase(), via.chain.groups.clone())
            });
        }
    }

    fn look_at(&mut self, scope: &str) {
        let key = scope.to_ascii_lowercase();
        if self.scopes.contains_key(&key) {
            return;
        }
        let doubts = self.access.doubts(scope);
        self.gaps.extend(doubts.iter().map(Gap::of_doubt));
        self.scopes.insert(key, self.access.at(scope));
    }

    fn held(&self, scope: &str, principal: PrincipalId) -> Held {
        let effective = self.scopes.get(&scope.to_ascii_lowercase());
        effective.map_or(Held::NOTHING, |effective| effective.of(principal))
    }

    /// Everybody who may matter.
    fn named(&self, needs: &[Need]) -> BTreeSet<PrincipalId> {
        let scopes: BTreeSet<String> =
            needs.iter().flat_map(Need::scopes).map(str::to_ascii_lowercase).collect();
        let asked = scopes.iter().filter_map(|scope| self.scopes.get(scope));
        asked
            .chain([&self.root])
            .flat_map(Effective::holders)
            .map(|holder| holder.principal)
            .collect()
    }

    /// How surely somebody can do all of it: the weakest need counts.
    fn effect(&self, needs: &[Need], principal: PrincipalId) -> Option<Effect> {
        needs
            .iter()
            .map(|need| self.effect_of_need(need, principal))
            .try_fold(Effect::Allowed, |weakest, effect| effect.map(|effect| weakest.max(effect)))
    }

    /// How surely somebody holds one of the actions of a need, or could give it to itself.
    fn effect_of_need(&self, need: &Need, principal: PrincipalId) -> Option<Effect> {
        let ways = need.any.iter().filter_map(|(action, scope)| {
            let direct = self.held(scope, principal).strength(*action).map(Effect::of);
            match direct {
                Some(Effect::Allowed | Effect::Eligible) => direct,
                _ => direct.into_iter().chain(self.grants(*action, scope, principal)).min(),
            }
        });
        ways.min()
    }

    /// How surely somebody could give itself an action at a scope.
    fn grants(&self, action: Action, scope: &str, principal: PrincipalId) -> Option<Effect> {
        let here = self.held(scope, principal).strength_of_any(sets::GRANT);
        let elevating = self.root.of(principal).strength(Action::ELEVATE);
        let strength = here.into_iter().chain(elevating).min()?;
        // Nobody grants past a deny assignment.
        let denials = self.access.denials(scope, principal, Actions::of(&[action]));
        let is_denied = denials.iter().any(|taken| taken.surely.contains(action));
        (!is_denied).then(|| Effect::of_grant(strength))
    }

    /// The assignments that make it possible.
    fn via(&self, needs: &[Need], principal: PrincipalId) -> Vec<Via<'e, 'a>> {
        let mut wanted: BTreeMap<&str, Actions> = BTreeMap::new();
        let mut granted: BTreeSet<&str> = BTreeSet::new();
        for need in needs {
            for (action, scope) in &need.any {
                wanted.entry(scope).or_default().insert(*action);
            }
            let direct = need.any.iter().filter_map(|(action, scope)| {
                self.held(scope, principal).strength(*action).map(Effect::of)
            });
            if direct.min() != self.effect_of_need(need, principal) {
                granted.extend(need.scopes());
            }
        }
        let mut via: Vec<Via<'e, 'a>> = Vec::new();
        let mut add = |chains: Vec<Chain<'e, 'a>>, effect: fn(super::Strength) -> Effect| {
            for chain in chains {
                let Some(strength) = chain.held.strength_of_any(chain.held.all()) else { continue };
                if !via.iter().any(|known| is_same(&known.chain, &chain)) {
                    via.push(Via { effect: effect(strength), chain });
                }
            }
        };
        for (scope, actions) in wanted {
            add(self.access.chains(scope, principal, actions), Effect::of);
        }
        for scope in &granted {
            add(self.access.chains(scope, principal, sets::GRANT), Effect::of_grant);
        }
        if !granted.is_empty() {
            let elevate = Actions::of(&[Action::ELEVATE]);
            add(self.access.chains(ROOT, principal, elevate), Effect::of_grant);
        }
        via
    }
}

fn is_same(one: &Chain<'_, '_>, other: &Chain<'_, '_>) -> bool {
    one.assignment.eq_ignore_ascii_case(other.assignment) && one.groups == other.groups
}
