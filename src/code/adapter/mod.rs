//! From what a language evaluated to declarations in the shape of ARM, one adapter a language.
//!
//! An adapter judges nothing and asks nobody. What it cannot bring into that shape it names, so that nothing of the
//! subject of this tool goes missing without a word.

mod subject;
pub mod template;
pub mod terraform;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use super::declaration::Declaration;
use super::value::Place;

/// What an adapter makes of one root.
#[derive(Debug, Default)]
pub struct Adapted {
    /// What the root declares, in the order of the source.
    pub declarations: Vec<Declaration>,
    /// Resources of backup that no rule will see.
    pub unmapped: Vec<Unmapped>,
    /// The files of templates that the root deploys: what they declare is among the declarations.
    pub deployed: Vec<PathBuf>,
    /// Those of them in which something is said to stand, numbered after the files of the root's project.
    pub texts: Vec<(PathBuf, Arc<str>)>,
}

/// A resource of backup that has no place in the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    /// What it is called in the code.
    pub address: Arc<str>,
    /// Its type, as the language names it.
    pub kind: Arc<str>,
    /// Its header.
    pub place: Place,
    /// Why.
    pub why: LeftOut,
}

/// Why a resource of backup has no place in the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It says nothing about backups, or is of a subject that this tool leaves to others: no gap.
    OnPurpose,
    /// This version does not know the type: a gap.
    NotKnown,
    /// It deploys something that is not known from here, for this reason: a gap.
    NotRead(Arc<str>),
}
