//! Alerts on the activity log: which operations, where, under which conditions.

use std::borrow::Cow;

use serde::Deserialize;

use super::{Covers, Event, covers_any, scopes};
use crate::inventory::resource::View;
use crate::inventory::{Fact, List, Malformed, Reason, Resource, Section, id, placeholder};

/// An alert on events of the activity log
/// (<https://learn.microsoft.com/rest/api/monitor/activity-log-alerts/create-or-update>).
#[derive(Debug)]
pub struct ActivityLogAlert<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// Whether it is enabled; Azure enables one that does not say.
    pub enabled: Fact<bool>,
    /// The ids below which it watches.
    pub scopes: Result<Vec<String>, Reason>,
    /// The action groups it tells.
    pub groups: Result<Vec<Cow<'a, str>>, Reason>,
    condition: Section<AllOf<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct AlertProperties<'a> {
    enabled: Fact<bool>,
    #[serde(borrow)]
    scopes: List<Fact<Cow<'a, str>>>,
    #[serde(borrow)]
    condition: Section<AllOf<'a>>,
    #[serde(borrow)]
    actions: Section<Actions<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Actions<'a> {
    #[serde(borrow)]
    action_groups: List<Section<Told<'a>>>,
}

/// One action group that an alert names.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Told<'a> {
    #[serde(borrow)]
    action_group_id: Fact<Cow<'a, str>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct AllOf<'a> {
    #[serde(borrow)]
    all_of: List<Section<Clause<'a>>>,
}

/// A comparison of one field, or several of which one must hold.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Clause<'a> {
    #[serde(borrow)]
    any_of: List<Section<Leaf<'a>>>,
    #[serde(borrow)]
    field: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    equals: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    contains_any: List<Fact<Cow<'a, str>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Leaf<'a> {
    #[serde(borrow)]
    field: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    equals: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    contains_any: List<Fact<Cow<'a, str>>>,
}

impl<'a> View<'a> for ActivityLogAlert<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = match resource.envelope::<AlertProperties<'a>>()?.properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => AlertProperties::default(),
            Fact::Unknown(reason) => AlertProperties {
                enabled: Fact::Unknown(reason),
                scopes: List(Fact::Unknown(reason)),
                condition: Section(Fact::Unknown(reason)),
                actions: Section(Fact::Unknown(reason)),
            },
        };
        let groups = properties.actions.optional().and_then(|actions| {
            actions.map_or(Ok(Vec::new()), |actions| told(&actions.action_groups))
        });
        Ok(Self {
            enabled: match properties.enabled {
                Fact::Absent => Fact::Known(true),
                enabled => enabled,
            },
            scopes: scopes(&properties.scopes),
            groups,
            condition: properties.condition,
            resource,
        })
    }
}

/// The ids of the action groups in a list.
pub(super) fn told<'a>(list: &List<Section<Told<'a>>>) -> Result<Vec<Cow<'a, str>>, Reason> {
    let group = |told: &Section<Told<'a>>| match &told.0 {
        Fact::Known(told) => told.action_group_id.clone().optional().transpose(),
        Fact::Absent => None,
        Fact::Unknown(reason) => Some(Err(*reason)),
    };
    list.optional()?.iter().filter_map(group).collect()
}

impl ActivityLogAlert<'_> {
    /// The operations it names; `None` if it may speak of others too.
    pub(super) fn operations(&self) -> Option<Vec<&str>> {
        let clauses = self.condition.optional().ok()??.all_of.optional().ok()?;
        clauses.iter().find_map(|clause| clause.optional().ok()??.operations())
    }

    /// Whether its condition holds for an event at or below its scopes. It compares whole values, without
    /// case; the documentation knows no wildcards, so that one in a value decides nothing here.
    pub(super) fn covers(&self, event: &Event<'_>) -> Covers {
        let within = match &self.scopes {
            Ok(scopes) => {
                covers_any(scopes, |scope| placeholder::within(event.resource.as_str(), scope))
            }
            Err(reason) => Covers::Maybe(*reason),
        };
        let clauses = match self.condition.optional() {
            Ok(Some(condition)) => condition.all_of.optional(),
            Ok(None) => Err(Reason::UnrecognisedValue),
            Err(reason) => Err(reason),
        };
        match clauses {
            // Azure wants at least a category: a body without any condition is not understood.
            Ok([]) => within.and(Covers::Maybe(Reason::UnrecognisedValue)),
            Ok(clauses) => clauses.iter().fold(within, |covers, clause| {
                covers.and(known(clause, |clause: &Clause<'_>| clause.covers(event)))
            }),
            Err(reason) => within.and(Covers::Maybe(reason)),
        }
    }
}

fn known<T>(section: &Section<T>, covers: impl Fn(&T) -> Covers) -> Covers {
    match section.optional() {
        Ok(Some(value)) => covers(value),
        Ok(None) => Covers::Maybe(Reason::UnrecognisedValue),
        Err(reason) => Covers::Maybe(reason),
    }
}

impl Clause<'_> {
    fn covers(&self, event: &Event<'_>) -> Covers {
        match self.any_of.optional() {
            Ok([]) => compare(&self.field, &self.equals, &self.contains_any, event),
            Ok(leaves) => leaves.iter().fold(Covers::No, |covers, leaf| {
                let leaf = known(leaf, |leaf: &Leaf<'_>| {
                    compare(&leaf.field, &leaf.equals, &leaf.contains_any, event)
                });
                covers.or(leaf)
            }),
            Err(reason) => Covers::Maybe(reason),
        }
    }

    /// The operations it allows, if it is about nothing else.
    fn operations(&self) -> Option<Vec<&str>> {
        let leaves = self.any_of.optional().ok()?;
        if leaves.is_empty() {
            return operations(&self.field, &self.equals, &self.contains_any);
        }
        let mut all = Vec::new();
        for leaf in leaves {
            let leaf = leaf.optional().ok()??;
            all.extend(operations(&leaf.field, &leaf.equals, &leaf.contains_any)?);
        }
        Some(all)
    }
}

type Text<'a> = Fact<Cow<'a, str>>;

fn operations<'l>(
    field: &Text<'_>,
    equals: &'l Text<'_>,
    contains_any: &'l List<Text<'_>>,
) -> Option<Vec<&'l str>> {
    let is_operation =
        matches!(field, Fact::Known(name) if name.eq_ignore_ascii_case("operationName"));
    let values = values(equals, contains_any).ok()?;
    let plain = is_operation && values.iter().all(|value| !value.contains(['*', '?']));
    plain.then_some(values)
}

/// What a field is compared with.
fn values<'l>(
    equals: &'l Text<'_>,
    contains_any: &'l List<Text<'_>>,
) -> Result<Vec<&'l str>, Reason> {
    let mut values = Vec::new();
    for value in std::iter::once(equals).chain(contains_any.optional()?) {
        values.extend(value.as_ref().optional()?.map(AsRef::as_ref));
    }
    if values.is_empty() { Err(Reason::UnrecognisedValue) } else { Ok(values) }
}

/// Whether a field of the event has one of the values.
fn compare(
    field: &Text<'_>,
    equals: &Text<'_>,
    contains_any: &List<Text<'_>>,
    event: &Event<'_>,
) -> Covers {
    let field = match field {
        Fact::Known(field) => field.to_ascii_lowercase(),
        Fact::Absent => return Covers::Maybe(Reason::UnrecognisedValue),
        Fact::Unknown(reason) => return Covers::Maybe(*reason),
    };
    let values = match values(equals, contains_any) {
        Ok(values) => values,
        Err(reason) => return Covers::Maybe(reason),
    };
    let any = |wanted: &str| values.iter().any(|value| value.eq_ignore_ascii_case(wanted));
    let conditional = Covers::Maybe(Reason::Conditional);
    let resource = event.resource;
    match field.as_str() {
        "category" => Covers::yes_if(any("Administrative")),
        "operationname" if any(event.operation) => Covers::Yes,
        "operationname" if values.iter().any(|value| value.contains(['*', '?'])) => conditional,
        "operationname" => Covers::No,
        // Every operation that takes place starts, and ends with success; what fails changes nothing.
        "status" if any("Started") || any("Succeeded") => Covers::Yes,
        "status" if values.iter().all(|value| value.eq_ignore_ascii_case("Failed")) => Covers::No,
        "level" if any("Informational") => Covers::Yes,
        "level" if !any("Warning") && !any("Verbose") => Covers::No,
        "resourcegroup" => match resource.resource_group() {
            Some(group) => Covers::yes_if(any(group)),
            None => conditional,
        },
        "resourceprovider" => Covers::yes_if(event.operation.split('/').next().is_some_and(any)),
        "resourcetype" if any(event.resource_type()) => Covers::Yes,
        "resourceid" if event.is_at_resource() => {
            Covers::yes_if(values.iter().any(|value| id::same(value, resource.as_str())))
        }
        "resourceid" if !values.iter().any(|value| id::is_within(value, resource.as_str())) => {
            Covers::No
        }
        _ => conditional,
    }
}
