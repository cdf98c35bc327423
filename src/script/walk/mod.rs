//! What the walks through all languages share: the commands they record, and the variables they follow.

mod recorder;
mod variables;

pub(super) use recorder::{Draft, Recorder};
pub(super) use variables::{Branch, Environment, Mark, Variables};

/// Whether what follows is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flow {
    /// What follows runs.
    Falls,
    /// The loop is left or goes on with its next round.
    Breaks,
    /// The function is left.
    Returns,
    /// The script ends.
    Exits,
}
