//! The answer for one vault in words and names, for whoever prints it.

use super::analysis::{Bound, Range};
use super::change::{Change, ChangeKind, Worth};
use super::estate::VaultDestruction;
use super::path::{Path, Step};
use super::power::Power;
use super::search::{Choice, Offer};
use super::vault::Missing;
use crate::access::{Access, PrincipalId};
use crate::inventory::Fact;

/// What it takes to destroy the backups of one vault.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The vault's id.
    pub vault: String,
    /// Whether it holds recovery points, if that is known.
    pub has_points: Option<bool>,
    /// To lose every point of the vault: by what is proven.
    pub proven: Needed,
    /// The same if all that is unknown helps.
    pub possible: Needed,
    /// To lose the snapshots beside the datasources, proven and possible; `None` if there are none.
    pub snapshots: Option<(Needed, Needed)>,
    /// The cheapest way for the fewest people.
    pub course: Option<Course>,
    /// What would make it harder, the most effective change first.
    pub improvements: Vec<Improvement>,
    /// What is not known.
    pub missing: Vec<Missing>,
}

/// How many people it takes, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Whether nobody can, whoever helps: not before the points expire.
    pub never: bool,
    /// For each number of people that shortens the delay, what they can do; fewest people first.
    pub ways: Vec<Ways>,
}

/// What so many people can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ways {
    /// How many people.
    pub people: u32,
    /// Days until the points are gone.
    pub delay: u32,
    /// How many sets of so many people there are.
    pub sets: u64,
    /// Whether there may be more of them.
    pub at_least: bool,
    /// The first of them.
    pub named: Vec<Vec<Actor>>,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The object id; empty for somebody of whom nothing was read.
    pub id: String,
    /// The name, if the directory was read.
    pub name: Option<String>,
    /// The kind of principal, in Azure's terms.
    pub kind: &'static str,
    /// A group whose members were not read: one of them takes part, and nobody knows who they are.
    pub is_member: bool,
    /// Whether somebody else has to approve that it activates a role, or may have to.
    pub is_approved: bool,
}

impl Course {
    /// What is done, in order; steps that are said alike once.
    pub fn says(&self) -> Vec<&'static str> {
        let mut says: Vec<&str> = self.moves.iter().map(|step| step.says).collect();
        says.dedup();
        says
    }
}

impl Actor {
    /// Who acts: the name with the id, or the id alone; of a group that could not be listed, a member.
    pub fn label(&self) -> String {
        match (&self.name, self.is_member) {
            _ if self.id.is_empty() => "somebody whose access was not read".to_owned(),
            (Some(name), false) => format!("{name} ({})", self.id),
            (None, false) => self.id.clone(),
            (Some(name), true) => {
                format!("one member of the group {name} ({}; its members were not read)", self.id)
            }
            (None, true) => {
                format!("one member of the group {} (its members were not read)", self.id)
            }
        }
    }

    /// Who holds the rights, by name, or by id where there is none.
    pub fn short(&self) -> String {
        let group = if matches!(self.kind, "Group" | "ForeignGroup") { "the group " } else { "" };
        match &self.name {
            Some(name) => format!("{group}{name}"),
            None if self.id.is_empty() => "somebody".to_owned(),
            None => format!("{group}{}", self.id),
        }
    }

    /// Who holds the rights, by name and id.
    pub fn holder(&self) -> String {
        match &self.name {
            Some(_) => format!("{} ({})", self.short(), self.id),
            None => self.short(),
        }
    }
}

/// A way to lose the points, step by step.
#[derive(Clone, Debug)]
pub struct Course {
    /// The steps, in order.
    pub moves: Vec<Move>,
    /// Days after the last step, in which it can be undone.
    pub delay: u32,
    /// Whether every step is proven.
    pub proven: bool,
    /// What the same people can do besides.
    pub also: Vec<Move>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Move {
    /// Its name for scripts.
    pub step: &'static str,
    /// What is done, after a name.
    pub says: &'static str,
    /// Whether it lifts a lock of which nobody knows whether it is there.
    pub if_any: bool,
    /// Who.
    pub actor: Actor,
    /// By what right, for scripts.
    pub how: &'static str,
    /// The actions of which any one is enough.
    pub actions: Vec<&'static str>,
    /// Where.
    pub scope: Place,
}

/// Where a step is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At this scope.
    At(String),
    /// At something that was not read: what it is.
    Unread(&'static str),
}

/// One change, and what it would take then.
#[derive(Clone, Debug)]
pub struct Improvement {
    /// Its name for scripts.
    pub id: &'static str,
    /// What to do.
    pub says: &'static str,
    /// From whom rights are taken.
    pub actor: Option<Actor>,
    /// The assignment that is removed.
    pub assignment: Option<Assigned>,
    /// What it would take: by what is proven alone.
    pub proven: Worth,
    /// The same if all that is unknown helps.
    pub possible: Worth,
    /// Whether one of those whom it takes is of the team that owns the new guard.
    pub takes_outsider: bool,
}

/// A role assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Its id.
    pub id: String,
    /// The name of its role, or the id of the definition.
    pub role: String,
    /// Its scope.
    pub scope: String,
}

impl Improvement {
    /// What to do, with whose rights by name and id.
    pub fn does(&self) -> String {
        self.done_to(Actor::holder)
    }

    /// The same by name alone.
    pub fn does_briefly(&self) -> String {
        self.done_to(Actor::short)
    }

    fn done_to(&self, named: impl Fn(&Actor) -> String) -> String {
        let actor = self.actor.as_ref().map(named);
        match (&self.assignment, actor) {
            (Some(Assigned { role, scope, .. }), Some(actor)) => {
                format!("{} {role} to {actor} at {scope}", self.says)
            }
            (_, Some(actor)) => format!("{} {actor}", self.says),
            (_, None) => self.says.to_owned(),
        }
    }

    /// What it would take in words: one answer, or a range.
    pub fn words(&self) -> String {
        let (mut proven, possible) = (self.proven.words(), self.possible.words());
        if self.takes_outsider {
            proven += ", one of them of the team that owns the guard";
        }
        if self.proven == self.possible {
            return proven;
        }
        format!("between “{possible}” and “{proven}”")
    }
}

impl Worth {
    /// In words, as [`Needed::words`].
    pub fn words(self) -> String {
        match self {
            Self::Takes(people, delay) => in_words(people, delay),
            Self::NobodyKnown => "nobody who is known".to_owned(),
            Self::NotBeforeExpiry => "nobody before the points expire".to_owned(),
        }
    }
}

impl VaultDestruction {
    /// The answer in words and names.
    pub fn summary(&self, access: Access<'_, '_>) -> Summary {
        let names = Names { of: self, access };
        let analysis = &self.analysis;
        let range = |range: &Range| (names.needed(&range.proven), names.needed(&range.possible));
        let (proven, possible) = range(&analysis.vault);
        Summary {
            vault: self.vault.clone(),
            has_points: match self.has_points {
                Fact::Known(has) => Some(has),
                Fact::Absent | Fact::Unknown(_) => None,
            },
            proven,
            possible,
            snapshots: analysis.snapshots.as_ref().map(range),
            course: analysis.path.as_ref().map(|path| names.course(path)),
            improvements: analysis
                .changes
                .iter()
                .filter_map(|change| names.improvement(change))
                .collect(),
            missing: self.missing.clone(),
        }
    }
}

impl Summary {
    /// Whether nothing unknown matters.
    pub fn is_settled(&self) -> bool {
        self.proven.agrees(&self.possible)
    }
}

impl Needed {
    /// Whether it says the same as another: numbers, delays, and whether it can be at all.
    pub fn agrees(&self, other: &Self) -> bool {
        let numbers = |needed: &Self| -> Vec<(u32, u32)> {
            needed.ways.iter().map(|ways| (ways.people, ways.delay)).collect()
        };
        self.never == other.never && numbers(self) == numbers(other)
    }

    /// In words: "1 person, at once", "nobody before the points expire".
    pub fn words(&self) -> String {
        match self.ways.first() {
            Some(ways) => in_words(ways.people, ways.delay),
            None if self.never => "nobody before the points expire".to_owned(),
            None => "nobody who is known".to_owned(),
        }
    }
}

/// So many people in so many days, in words.
pub fn in_words(people: u32, delay: u32) -> String {
    let people = match people {
        1 => "one person".to_owned(),
        people => format!("{people} people"),
    };
    match delay {
        0 => format!("{people}, at once"),
        1 => format!("{people}, after a day"),
        days => format!("{people}, after {days} days"),
    }
}

/// The answer's positions, turned into names.
struct Names<'d, 'e, 'a> {
    of: &'d VaultDestruction,
    access: Access<'e, 'a>,
}

impl Names<'_, '_, '_> {
    fn actor(&self, holder: u32, member: u32, is_approved: bool) -> Actor {
        let Some(principal) = self.of.principal(holder, member) else {
            let (id, name, kind, is_member) = (String::new(), None, "Unknown", false);
            return Actor { id, name, kind, is_member, is_approved };
        };
        self.actor_of(principal, is_approved)
    }

    fn actor_of(&self, principal: PrincipalId, is_approved: bool) -> Actor {
        let principal = self.access.principal(principal);
        Actor {
            id: principal.id.clone(),
            name: principal.name.clone(),
            kind: principal.kind.name(),
            is_member: principal.is_group(),
            is_approved,
        }
    }

    fn needed(&self, bound: &Bound) -> Needed {
        let ways = |choice: &Choice| Ways {
            people: choice.people,
            delay: choice.delay,
            sets: choice.sets,
            at_least: choice.at_least,
            named: choice.named.iter().map(|set| self.set(set)).collect(),
        };
        Needed { never: bound.never, ways: bound.choices.iter().map(ways).collect() }
    }

    fn set(&self, set: &[Offer]) -> Vec<Actor> {
        set.iter().map(|offer| self.actor(offer.holder, offer.member, offer.people > 1)).collect()
    }

    fn course(&self, path: &Path) -> Course {
        let moves = |steps: &[Step]| steps.iter().map(|step| self.step(*step)).collect();
        Course {
            moves: moves(&path.steps),
            delay: path.delay,
            proven: path.proven,
            also: moves(&path.also),
        }
    }

    fn step(&self, step: Step) -> Move {
        Move {
            step: step.power.id(),
            says: if step.if_any { step.power.says_if_any() } else { step.power.says() },
            if_any: step.if_any,
            actor: self.actor(step.holder, step.member, false),
            how: step.how.id(),
            actions: self.of.action_names(step.power),
            scope: self.place(step.power),
        }
    }

    fn place(&self, step: Power) -> Place {
        let scope = self.of.scope(step);
        match step {
            _ if !scope.is_empty() => Place::At(scope.into_owned()),
            Power::DeleteSnapshots | Power::UnlockSnapshots | Power::UnlockSnapshotSubscription => {
                Place::Unread("the place of the snapshots")
            }
            _ => Place::Unread("the Resource Guard"),
        }
    }

    /// `None` for an assignment that is not the only one.
    fn improvement(&self, change: &Change) -> Option<Improvement> {
        let (actor, assignment) = match change.kind {
            ChangeKind::RemoveAccess(holder) => (Some(self.actor(holder, 0, false)), None),
            ChangeKind::RemoveAssignment(holder) => {
                let chain = self.of.only_assignment(holder, self.access)?;
                let group = self.actor_of(*chain.groups.first()?, false);
                let role = chain.role_name.unwrap_or(&chain.role).to_owned();
                let (id, scope) = (chain.assignment.to_owned(), chain.scope.into_owned());
                (Some(group), Some(Assigned { id, role, scope }))
            }
            _ => (None, None),
        };
        Some(Improvement {
            id: change.kind.id(),
            says: change.kind.says(),
            actor,
            assignment,
            proven: change.proven,
            possible: change.possible,
            takes_outsider: change.takes_outsider,
        })
    }
}
