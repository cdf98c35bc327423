//! Privileged Identity Management: who may activate a role, and until when a role is held.

use std::borrow::Cow;

use serde::Deserialize;

use super::resource::View;
use super::{Fact, Malformed, Moment, Resource, Section};

/// An instance of a role schedule: of an eligibility, which takes an activation, or of an assignment.
/// The type of the resource tells which
/// (<https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-instances>).
#[derive(Clone, Debug)]
pub struct RoleScheduleInstance<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The principal's object id.
    pub principal: Fact<Cow<'a, str>>,
    /// `User`, `Group` or `ServicePrincipal`.
    pub principal_type: Fact<Cow<'a, str>>,
    /// The role definition's id.
    pub role: Fact<Cow<'a, str>>,
    /// The scope it holds at and below.
    pub scope: Fact<Cow<'a, str>>,
    /// An ABAC condition.
    pub condition: Fact<Cow<'a, str>>,
    /// From when.
    pub start: Fact<Moment>,
    /// Until when; absent if for good.
    pub end: Fact<Moment>,
    /// Of an assignment: `Activated` or `Assigned`.
    pub assignment_type: Fact<Cow<'a, str>>,
    /// Of an assignment: the id of the role assignment that it stands for.
    pub origin: Fact<Cow<'a, str>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Properties<'a> {
    #[serde(borrow)]
    principal_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    principal_type: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    role_definition_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    scope: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    condition: Fact<Cow<'a, str>>,
    start_date_time: Fact<Moment>,
    end_date_time: Fact<Moment>,
    #[serde(borrow)]
    assignment_type: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    origin_role_assignment_id: Fact<Cow<'a, str>>,
}

impl<'a> View<'a> for RoleScheduleInstance<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties: Section<Properties<'a>> = resource.envelope()?.properties;
        let Fact::Known(properties) = properties.0 else {
            return Err(Malformed::new("it has no readable `properties`"));
        };
        Ok(Self {
            principal: properties.principal_id,
            principal_type: properties.principal_type,
            role: properties.role_definition_id,
            scope: properties.scope,
            condition: properties.condition,
            start: properties.start_date_time,
            end: properties.end_date_time,
            assignment_type: properties.assignment_type,
            origin: properties.origin_role_assignment_id,
            resource,
        })
    }
}

impl RoleScheduleInstance<'_> {
    /// Whether the role is held only because somebody activated it.
    pub fn is_activated(&self) -> bool {
        matches!(&self.assignment_type, Fact::Known(kind) if kind.eq_ignore_ascii_case("Activated"))
    }
}
