//! What a root declares, as it is kept to the end of a run: small, and all that rules and repairs need.
//!
//! Readers make values that share much and cost much; as soon as a root is adapted they become one
//! [`Tree`], and are forgotten.

mod convert;
mod name;

use std::sync::Arc;

use super::declaration::{Call, Declaration};
use super::value::Place;
use crate::inventory::{Reason, Slot, Tree};
use convert::Converter;

/// What a root declares.
#[derive(Debug, Default)]
pub struct Stored {
    /// The bodies.
    pub tree: Tree,
    /// The declarations, in their order.
    pub declarations: Vec<StoredDeclaration>,
}

/// A declaration without its body.
#[derive(Clone, Debug)]
pub struct StoredDeclaration {
    /// Its ARM type.
    pub kind: Arc<str>,
    /// Its ARM id, with placeholders for what code does not tell.
    pub id: Box<str>,
    /// What it is called in the code, unique in one root.
    pub address: Arc<str>,
    /// Its body.
    pub body: Slot,
    /// What a finding about something missing points at.
    pub header: Place,
    /// All of it.
    pub place: Place,
    /// The calls around it, outermost first.
    pub calls: Arc<[Call]>,
    /// Why it may not exist.
    pub doubt: Option<Reason>,
    /// It is declared elsewhere, and only named here.
    pub only_referred_to: bool,
}

impl Stored {
    /// The declarations of a root. `scope` tells the names of what it leaves open from those of every other root, and
    /// `terraform` is the number of the first file that is none of Terraform's.
    pub fn of(declarations: &[Declaration], scope: &str, terraform: u32) -> Self {
        let values = declarations.iter().map(|one| one.body.size() as usize).sum();
        let mut converter = Converter::new(scope, terraform, values);
        let declarations = declarations.iter().map(|one| converter.declaration(one)).collect();
        Self { tree: converter.finish(), declarations }
    }
}
