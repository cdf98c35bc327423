//! What happens during a run, for whoever shows it.

use crate::inventory::Gap;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A stage begins.
    Stage {
        /// What is read in it.
        name: &'static str,
    },
    /// More parts of the stage are known.
    Parts {
        /// How many.
        count: usize,
        /// How many of them were finished by an earlier run and need not be asked again.
        done: usize,
    },
    /// A part is on the disk.
    Part {
        /// The topic.
        name: &'a str,
        /// The subscription, if it is of one.
        subscription: Option<&'a str>,
    },
    /// Rows and requests that came in.
    Read {
        /// Resources.
        rows: u64,
        /// Requests, with the retries.
        requests: u64,
    },
    /// Something could not be read.
    Gap(&'a Gap),
}

/// Sees what happens.
pub trait Watch {
    /// Called for everything that happens, in the thread of the run.
    fn see(&self, event: Event<'_>);
}

/// Sees nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Watch for Nobody {
    fn see(&self, _event: Event<'_>) {}
}
