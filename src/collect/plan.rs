//! What is asked, as data: [`table::TOPICS`] has a row for each kind of resource, [`Plan`] those of a run.

mod query;
pub mod table;
pub mod topic;
pub mod version;

use std::collections::BTreeSet;

use thiserror::Error;

pub use query::{Query, queries};
use table::TOPICS;
use topic::{Level, Topic};
use version::Versions;

/// The topic that asks of every instance what [`MISSING_POINTS`] asks of some.
const ALL_POINTS: &str = "backup-instance-recovery-points";
const MISSING_POINTS: &str = "missing-recovery-points";

/// Which topics somebody wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Only vaults, their settings, and what they protect.
    pub is_minimal: bool,
    /// These as well.
    pub with: Vec<String>,
    /// These not.
    pub without: Vec<String>,
}

/// The questions of a run.
#[derive(Debug)]
pub struct Plan {
    topics: Vec<&'static Topic>,
    /// Topics that fell away because what they follow from is not asked.
    orphans: Vec<&'static str>,
    /// The API versions.
    pub versions: Versions,
}

/// A wish that cannot be granted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WishError {
    /// There is no such topic.
    #[error("`{name}` is nothing that can be collected{}", nearest.as_deref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// As it was given.
        name: String,
        /// What it may be meant to be.
        nearest: Option<String>,
    },
    /// Nothing can be asked without it.
    #[error("`{name}` is always collected: everything else hangs on it")]
    Always {
        /// Its name.
        name: String,
    },
}

impl Plan {
    /// The plan that grants a wish.
    ///
    /// # Errors
    /// When it names what there is not, or leaves out what must be.
    pub fn new(wish: &Wish, versions: Versions) -> Result<Self, WishError> {
        for name in &wish.with {
            topic(name)?;
        }
        for name in &wish.without {
            if topic(name)?.level == Level::Always {
                return Err(WishError::Always { name: name.clone() });
            }
        }
        let most = if wish.is_minimal { Level::Minimal } else { Level::Usual };
        let is_in = |list: &[String], topic: &Topic| list.iter().any(|name| name == topic.name);
        let is_wanted = |topic: &&Topic| {
            (topic.level <= most || is_in(&wish.with, topic)) && !is_in(&wish.without, topic)
        };
        let mut topics: Vec<&Topic> = TOPICS.iter().filter(is_wanted).collect();
        if topics.iter().any(|topic| topic.name == ALL_POINTS) {
            topics.retain(|topic| topic.name != MISSING_POINTS);
        }
        let mut orphans = Vec::new();
        loop {
            let names: BTreeSet<&str> = topics.iter().map(|topic| topic.name).collect();
            let is_orphan =
                |topic: &&&Topic| topic.sources().iter().any(|name| !names.contains(name));
            let found: Vec<&str> =
                topics.iter().filter(is_orphan).map(|topic| topic.name).collect();
            if found.is_empty() {
                break;
            }
            topics.retain(|topic| !found.contains(&topic.name));
            orphans.extend(found);
        }
        // What one asks for is not to fall away in silence, what goes with the rest may.
        orphans.retain(|name| !wish.is_minimal || wish.with.iter().any(|with| with == name));
        Ok(Self { topics, orphans, versions })
    }

    /// What is asked, in the order of the table.
    pub fn topics(&self) -> &[&'static Topic] {
        &self.topics
    }

    /// What is not asked since it follows from something that is not asked.
    pub fn orphans(&self) -> &[&'static str] {
        &self.orphans
    }

    /// What a run that goes on with this one must ask the same: the names, and versions that were changed.
    pub fn questions(&self) -> Vec<String> {
        let names = self.topics.iter().map(|topic| topic.name.to_owned());
        names.chain(self.versions.changes()).collect()
    }

    /// The actions that it takes to read everything.
    pub fn permissions(&self) -> BTreeSet<&'static str> {
        self.topics.iter().map(|topic| topic.permission).collect()
    }
}

fn topic(name: &str) -> Result<&'static Topic, WishError> {
    TOPICS.iter().find(|topic| topic.name == name).ok_or_else(|| {
        let distance = |topic: &&Topic| strsim::damerau_levenshtein(topic.name, name);
        let nearest = TOPICS.iter().min_by_key(distance).filter(|topic| distance(topic) <= 3);
        WishError::Unknown {
            name: name.to_owned(),
            nearest: nearest.map(|topic| topic.name.to_owned()),
        }
    })
}

#[cfg(test)]
mod tests;
