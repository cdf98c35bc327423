//! What code declares, whatever its language: a resource of ARM, in the shape of its body.
//!
//! Adapters make these; whoever judges them needs to know neither language nor provider.

use std::sync::Arc;

use super::value::{Place, Unknown, Value};

/// A resource of ARM that code declares.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The ARM type in canonical spelling.
    pub kind: Arc<str>,
    /// The id that Azure will give it: a text, or unknown with the pieces that are known, or unknown.
    pub id: Value,
    /// What it is called in the code, unique in one root.
    pub address: Arc<str>,
    /// The body in the shape of ARM: `name`, `location`, `tags`, `sku`, `identity`, `properties`.
    pub body: Value,
    /// What a finding about something missing points at.
    pub header: Place,
    /// All of it.
    pub place: Place,
    /// The calls of modules and nested deployments around it, outermost first.
    pub calls: Arc<[Call]>,
    /// Why it may not exist, or not once: then it never proves that something exists.
    pub doubt: Option<Arc<Unknown>>,
    /// It gives an id and is not judged, as `existing` and data sources do.
    pub only_referred_to: bool,
}

/// A call of a module, or a nested deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What it is called.
    pub name: Arc<str>,
    /// The header of the call.
    pub place: Place,
}
