//! Why a command line cannot be reviewed, with the place.

use crate::inventory::script::Place;
use crate::review::request::Problems;

/// One thing that is wrong.
#[derive(Debug)]
pub(super) struct Refusal {
    place: Place,
    message: String,
    help: String,
}

impl Refusal {
    pub fn new(place: Place, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { place, message: message.into(), help: help.into() }
    }

    pub fn add(self, problems: &mut Problems) {
        let at = self.place.start as usize..self.place.end as usize;
        problems.add(at, self.message, "here", self.help);
    }
}
