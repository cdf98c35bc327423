//! What guards the backups: resource guards and their links, locks, roles.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::fact::text_or_form;
use super::pattern::matches_pattern;
use super::resource::View;
use super::{Fact, Malformed, Reason, Resource, Section};

/// A link from a vault to a resource guard (multi-user authorization).
#[derive(Clone, Debug)]
pub struct GuardLink<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The guard's id.
    pub guard: Fact<Cow<'a, str>>,
}

/// A resource guard.
#[derive(Clone, Debug)]
pub struct ResourceGuard<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// Operations it does not guard.
    pub excluded_operations: Vec<Cow<'a, str>>,
}

/// A management lock.
#[derive(Clone, Debug)]
pub struct Lock<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// `CanNotDelete` or `ReadOnly`.
    pub level: Fact<Cow<'a, str>>,
}

/// A role assignment.
#[derive(Clone, Debug)]
pub struct RoleAssignment<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The principal's object id.
    pub principal: Fact<Cow<'a, str>>,
    /// `User`, `Group`, `ServicePrincipal` and so on.
    pub principal_type: Fact<Cow<'a, str>>,
    /// The role definition's id.
    pub role: Fact<Cow<'a, str>>,
    /// The scope it holds at and below.
    pub scope: Fact<Cow<'a, str>>,
    /// An ABAC condition.
    pub condition: Fact<Cow<'a, str>>,
}

/// A role definition.
#[derive(Clone, Debug)]
pub struct RoleDefinition<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The display name.
    pub role_name: Fact<Cow<'a, str>>,
    /// `BuiltInRole` or `CustomRole`.
    pub role_type: Fact<Cow<'a, str>>,
    /// Permission blocks.
    pub permissions: Vec<Permission<'a>>,
}

/// One permission block of a role: what it grants is `actions` less its own `not_actions`.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Permission<'a> {
    /// Granted patterns.
    #[serde(borrow, deserialize_with = "null_is_none")]
    pub actions: Vec<Cow<'a, str>>,
    /// Patterns taken out of this block again.
    #[serde(borrow, deserialize_with = "null_is_none")]
    pub not_actions: Vec<Cow<'a, str>>,
    /// Granted data-plane patterns.
    #[serde(borrow, deserialize_with = "null_is_none")]
    pub data_actions: Vec<Cow<'a, str>>,
    /// Data-plane patterns taken out again.
    #[serde(borrow, deserialize_with = "null_is_none")]
    pub not_data_actions: Vec<Cow<'a, str>>,
    /// An ABAC condition under which alone the block grants anything.
    #[serde(borrow)]
    pub condition: Option<Cow<'a, str>>,
}

/// A list of patterns; tools that print every member of a model write null for none.
fn null_is_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Cow<'de, str>>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Permission<'_> {
    /// Whether this block grants an action of the data plane: a pattern matches, and none of its own
    /// that take out again does.
    pub fn grants_data(&self, action: &str) -> bool {
        let any = |patterns: &[Cow<'_, str>]| {
            patterns.iter().any(|pattern| matches_pattern(pattern, action))
        };
        any(&self.data_actions) && !any(&self.not_data_actions)
    }

    /// Whether it grants only under a condition.
    pub fn has_condition(&self) -> bool {
        self.condition.as_ref().is_some_and(|text| !text.trim().is_empty())
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct LinkProperties<'a> {
    #[serde(borrow)]
    resource_guard_resource_id: Fact<Cow<'a, str>>,
}

impl<'a> View<'a> for GuardLink<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let guard = resource
            .envelope::<LinkProperties<'a>>()?
            .properties
            .get(|properties| properties.resource_guard_resource_id);
        Ok(Self { resource, guard })
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct GuardProperties<'a> {
    #[serde(borrow)]
    vault_critical_operation_exclusion_list: Option<Vec<Cow<'a, str>>>,
}

impl<'a> View<'a> for ResourceGuard<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = resource.envelope::<GuardProperties<'a>>()?.properties;
        let excluded_operations = properties
            .0
            .known()
            .and_then(|properties| properties.vault_critical_operation_exclusion_list)
            .unwrap_or_default();
        Ok(Self { resource, excluded_operations })
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct LockProperties<'a> {
    #[serde(borrow)]
    level: Fact<Cow<'a, str>>,
}

impl Lock<'_> {
    /// Whether it keeps what it holds from being deleted
    /// (<https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources>).
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn forbids_deletion(&self) -> Result<bool, Reason> {
        match &self.level {
            Fact::Known(level) => {
                let is = |name: &str| level.eq_ignore_ascii_case(name);
                match () {
                    () if is("CanNotDelete") || is("ReadOnly") => Ok(true),
                    () if is("NotSpecified") => Ok(false),
                    () => Err(Reason::UnrecognisedValue),
                }
            }
            Fact::Absent => Err(Reason::NotCollected),
            Fact::Unknown(reason) => Err(*reason),
        }
    }
}

impl<'a> View<'a> for Lock<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let level = resource
            .envelope::<LockProperties<'a>>()?
            .properties
            .get(|properties| properties.level);
        Ok(Self { resource, level })
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct AssignmentProperties<'a> {
    /// Code may leave open who it is, and say that it is the same one twice.
    #[serde(borrow, deserialize_with = "text_or_form")]
    principal_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    principal_type: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    role_definition_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    scope: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    condition: Fact<Cow<'a, str>>,
}

impl<'a> View<'a> for RoleAssignment<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = each(resource.envelope::<AssignmentProperties<'a>>()?.properties)?;
        Ok(Self {
            principal: properties.principal_id,
            principal_type: properties.principal_type,
            role: properties.role_definition_id,
            scope: properties.scope,
            condition: properties.condition,
            resource,
        })
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct DefinitionProperties<'a> {
    #[serde(borrow)]
    role_name: Fact<Cow<'a, str>>,
    /// In flattened bodies, whose `type` is the type of the resource.
    #[serde(borrow)]
    role_type: Fact<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    permissions: Vec<Permission<'a>>,
}

impl<'a> View<'a> for RoleDefinition<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = each(resource.envelope::<DefinitionProperties<'a>>()?.properties)?;
        let is_named = resource.flat || !properties.role_type.is_absent();
        Ok(Self {
            role_name: properties.role_name,
            role_type: if is_named { properties.role_type } else { properties.kind },
            permissions: properties.permissions,
            resource,
        })
    }
}

/// The properties, where a body without them is of no use.
fn each<P>(section: Section<P>) -> Result<P, Malformed> {
    section.0.known().ok_or_else(|| Malformed::new("it has no readable `properties`"))
}
