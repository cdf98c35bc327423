//! What stands in the world for a resource that code names.

use std::collections::HashMap;

use crate::change::is_compared;
use crate::inventory::placeholder;
use crate::inventory::{Estate, IdKey, Kind, Reason, Resource, id};

/// The world that a change would happen in.
pub(super) struct World<'e, 'a> {
    pub estate: &'e Estate<'a>,
    by_id: HashMap<IdKey, &'e Resource<'a>>,
    by_name: HashMap<(Kind, String), Vec<&'e Resource<'a>>>,
}

/// What the world shows of a resource.
#[derive(Clone, Copy)]
pub(super) enum Seen<'e, 'a> {
    /// It.
    Here(&'e Resource<'a>),
    /// It is surely not there.
    Nowhere,
    /// Nobody can tell which it is, or whether it is there.
    Unclear(Reason),
}

impl<'e, 'a> World<'e, 'a> {
    pub fn new(estate: &'e Estate<'a>, is_given: bool) -> Self {
        let compared = || estate.resources().filter(|resource| is_compared(resource.kind));
        let by_id = compared().map(|resource| (resource.id.key(), resource)).collect();
        let mut by_name: HashMap<(Kind, String), Vec<&Resource<'a>>> = HashMap::new();
        if is_given {
            for resource in compared() {
                let name = resource.id.name().to_lowercase();
                by_name.entry((resource.kind, name)).or_default().push(resource);
            }
        }
        Self { estate, by_id, by_name }
    }

    /// What stands for a resource: what has its id, or the only one that may have it where code leaves parts open.
    pub fn find(&self, resource: &Resource<'_>) -> Seen<'e, 'a> {
        if let Some(found) = self.by_id.get(&resource.id.key()) {
            return Seen::Here(found);
        }
        let on = resource.id.as_str();
        if !placeholder::has_placeholder(on) {
            let scope = id::parent_of(on).unwrap_or("/");
            return match self.estate.coverage.list_of(scope, resource.kind) {
                Ok(()) => Seen::Nowhere,
                Err(reason) => Seen::Unclear(reason),
            };
        }
        let name = resource.id.name();
        if placeholder::has_placeholder(name) {
            return Seen::Unclear(Reason::UnresolvedExpression);
        }
        let known = self.by_name.get(&(resource.kind, name.to_lowercase()));
        let mut possible = known
            .into_iter()
            .flatten()
            .filter(|known| placeholder::same(known.id.as_str(), on) != Some(false));
        match (possible.next(), possible.next()) {
            (Some(only), None) => Seen::Here(only),
            _ => Seen::Unclear(Reason::UnresolvedExpression),
        }
    }
}
