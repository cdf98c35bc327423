//! What the business has declared about the target at hand.

use std::borrow::Cow;

use super::contract::{Context, Undecided};
use super::declared::{Class, Data, Declared, Mandate};
use crate::inventory::{Estate, Fact, Protection, Reason, Resource, id};

/// The declarations that speak of some data.
pub struct Matched<'d, T> {
    /// Those that do, in the order of the configuration.
    pub known: Vec<&'d T>,
    /// Set if others may do so too: that depends on tags that were not read.
    pub undecided: Option<Undecided>,
}

impl<T> Matched<'_, T> {
    /// Whether no declaration speaks of it, and none may.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.undecided.is_none()
    }
}

impl<'e, 'a> Context<'e, 'a> {
    /// What an item or instance protects, as declarations see it. What has no id of its own in Azure,
    /// such as a server on premises, is known by its item.
    pub fn data_of<'d>(&self, protection: &'d Protection<'a>) -> Data<'d, 'a>
    where
        'e: 'd,
    {
        data_of(self.estate, protection)
    }

    /// The classes of what an item or instance protects.
    pub fn classes_of_datasource(&self, protection: &Protection<'a>) -> Matched<'e, Class> {
        classes_of_datasource(self.estate, &self.declarations.classes, protection)
    }

    /// The classes of a resource.
    pub fn classes_of(&self, resource: &Resource<'a>) -> Matched<'e, Class> {
        matching(&self.declarations.classes, || Data::of(resource))
    }

    /// The mandates on what an item or instance protects.
    pub fn mandates_of_datasource(&self, protection: &Protection<'a>) -> Matched<'e, Mandate> {
        matching(&self.declarations.mandates, || self.data_of(protection))
    }
}

/// What an item or instance protects, as declarations see it.
fn data_of<'d, 'a>(estate: &'d Estate<'a>, protection: &'d Protection<'a>) -> Data<'d, 'a> {
    let Fact::Known(datasource) = &protection.datasource else {
        return Data::of(&protection.resource);
    };
    let resource = estate
        .machine_of(protection)
        .map(|machine| &machine.resource)
        .or_else(|| estate.other(datasource));
    let type_name = id::type_of(datasource).unwrap_or(Cow::Borrowed(""));
    Data { id: datasource.as_ref(), type_name, resource }
}

/// Which of some classes are those of what an item or instance protects.
pub fn classes_of_datasource<'d, 'a>(
    estate: &Estate<'a>,
    classes: &'d [Class],
    protection: &Protection<'a>,
) -> Matched<'d, Class> {
    matching(classes, || data_of(estate, protection))
}

impl<'d, 'a> Data<'d, 'a> {
    /// A resource that was read.
    pub fn of(resource: &'d Resource<'a>) -> Self {
        Self { id: resource.id.as_str(), type_name: resource.type_name(), resource: Some(resource) }
    }
}

/// Nothing is looked up where nothing is declared.
fn matching<'d, 'x, 'a: 'x, T: Declared>(
    declared: &'d [T],
    data: impl FnOnce() -> Data<'x, 'a>,
) -> Matched<'d, T> {
    let mut matched = Matched { known: Vec::new(), undecided: None };
    if declared.is_empty() {
        return matched;
    }
    let data = data();
    for declaration in declared {
        match declaration.holds()(&data) {
            Some(true) => matched.known.push(declaration),
            None if matched.undecided.is_none() => {
                let message = format!(
                    "the tags of {} were not read, and what is declared for it depends on them",
                    data.id
                );
                matched.undecided = Some(Undecided::because(Reason::NotCollected, message));
            }
            Some(false) | None => {}
        }
    }
    matched
}
