//! A set of actions, as bits: it is made, joined and compared without allocating.

use super::Action;

/// Bits in a word.
const WORD: u8 = 64;

/// A set of actions, as positions in one [`super::ActionTable`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actions([u64; 4]);

impl Actions {
    /// No action.
    pub const NONE: Self = Self([0; 4]);

    /// These actions.
    pub const fn of(actions: &[Action]) -> Self {
        let mut set = Self::NONE;
        let mut left = actions;
        while let [first, rest @ ..] = left {
            set = set.with(*first);
            left = rest;
        }
        set
    }

    /// This set and one action more.
    #[must_use]
    pub const fn with(self, action: Action) -> Self {
        let mut words = self.0;
        words[(action.0 / WORD) as usize] |= 1 << (action.0 % WORD);
        Self(words)
    }

    /// Adds one action.
    pub const fn insert(&mut self, action: Action) {
        *self = self.with(action);
    }

    /// Whether it has this action.
    pub const fn contains(self, action: Action) -> bool {
        self.0[(action.0 / WORD) as usize] & (1 << (action.0 % WORD)) != 0
    }

    /// What either has.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        let (one, two) = (self.0, other.0);
        Self([one[0] | two[0], one[1] | two[1], one[2] | two[2], one[3] | two[3]])
    }

    /// What both have.
    #[must_use]
    pub const fn common(self, other: Self) -> Self {
        let (one, two) = (self.0, other.0);
        Self([one[0] & two[0], one[1] & two[1], one[2] & two[2], one[3] & two[3]])
    }

    /// What this has and the other has not.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        let (one, two) = (self.0, other.0);
        Self([one[0] & !two[0], one[1] & !two[1], one[2] & !two[2], one[3] & !two[3]])
    }

    /// Whether there is an action that both have.
    pub const fn intersects(self, other: Self) -> bool {
        !self.common(other).is_empty()
    }

    /// Whether it has every action of the other.
    pub const fn includes(self, other: Self) -> bool {
        other.minus(self).is_empty()
    }

    /// Whether it has no action.
    pub const fn is_empty(self) -> bool {
        matches!(self.0, [0, 0, 0, 0])
    }

    /// How many actions it has.
    pub const fn len(self) -> u32 {
        let [a, b, c, d] = self.0;
        a.count_ones() + b.count_ones() + c.count_ones() + d.count_ones()
    }

    /// Its actions, in the order of their positions.
    pub fn iter(self) -> impl Iterator<Item = Action> {
        (0..=u8::MAX).map(Action).filter(move |action| self.contains(*action))
    }
}

impl FromIterator<Action> for Actions {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        actions.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Actions};

    #[test]
    fn a_set_behaves_as_one() {
        let numbers = [0u8, 1, 63, 64, 127, 128, 200, 255];
        let all: Actions = numbers.map(Action).into_iter().collect();
        assert_eq!(all.iter().map(|action| action.0).collect::<Vec<_>>(), numbers);
        assert_eq!(all.len(), 8);
        let few = Actions::of(&[Action(63), Action(64)]);
        assert!(all.includes(few) && !few.includes(all) && all.intersects(few));
        let rest = all.minus(few);
        assert!(!rest.intersects(few) && rest.union(few) == all && rest.len() == 6);
        assert_eq!(all.common(few), few);
        assert!(rest.common(few).is_empty() && !rest.contains(Action(64)));
        assert!(Actions::NONE.is_empty() && Actions::NONE.iter().next().is_none());
    }
}
