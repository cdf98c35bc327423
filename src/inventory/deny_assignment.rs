//! Deny assignments: what takes actions away from principals, whatever roles they hold.

use std::borrow::Cow;

use serde::Deserialize;

use super::governance::Permission;
use super::resource::View;
use super::{Fact, List, Malformed, Resource, Section};

/// A deny assignment
/// (<https://learn.microsoft.com/azure/role-based-access-control/deny-assignments>).
#[derive(Clone, Debug)]
pub struct DenyAssignment<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The display name.
    pub name: Fact<Cow<'a, str>>,
    /// The scope it holds at and below.
    pub scope: Fact<Cow<'a, str>>,
    /// Permission blocks; what each denies is `actions` less its own `not_actions`.
    pub permissions: Fact<Vec<Permission<'a>>>,
    /// Whether it holds at its scope only.
    pub not_below: Fact<bool>,
    /// Whom it denies.
    pub principals: Fact<Vec<DeniedPrincipal<'a>>>,
    /// Whom it spares.
    pub excluded: Fact<Vec<DeniedPrincipal<'a>>>,
    /// A condition.
    pub condition: Fact<Cow<'a, str>>,
}

/// A principal that a deny assignment names.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(default)]
pub struct DeniedPrincipal<'a> {
    /// The object id; all zeros for everyone.
    #[serde(borrow)]
    pub id: Fact<Cow<'a, str>>,
    /// `User`, `Group`, `ServicePrincipal`, or `SystemDefined` for everyone.
    #[serde(borrow, rename = "type")]
    pub kind: Fact<Cow<'a, str>>,
}

impl DeniedPrincipal<'_> {
    /// Every user, group, application and managed identity of the tenant.
    pub const EVERYONE: &'static str = "00000000-0000-0000-0000-000000000000";

    /// Whether it stands for everyone.
    pub fn is_everyone(&self) -> bool {
        matches!(&self.id, Fact::Known(id) if id.eq_ignore_ascii_case(Self::EVERYONE))
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Properties<'a> {
    #[serde(borrow)]
    deny_assignment_name: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    scope: Fact<Cow<'a, str>>,
    permissions: List<Permission<'a>>,
    do_not_apply_to_child_scopes: Fact<bool>,
    principals: List<DeniedPrincipal<'a>>,
    exclude_principals: List<DeniedPrincipal<'a>>,
    #[serde(borrow)]
    condition: Fact<Cow<'a, str>>,
}

impl<'a> View<'a> for DenyAssignment<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties: Section<Properties<'a>> = resource.envelope()?.properties;
        let Fact::Known(properties) = properties.0 else {
            return Err(Malformed::new("it has no readable `properties`"));
        };
        Ok(Self {
            name: properties.deny_assignment_name,
            scope: properties.scope,
            permissions: properties.permissions.0,
            not_below: properties.do_not_apply_to_child_scopes,
            principals: properties.principals.0,
            excluded: properties.exclude_principals.0,
            condition: properties.condition,
            resource,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Body, Completeness, Kind, ResourceId};

    #[test]
    fn reads_whom_it_denies_and_whom_it_spares() {
        let text = r#"{"id":"/subscriptions/s/providers/Microsoft.Authorization/denyAssignments/d",
            "type":"Microsoft.Authorization/denyAssignments","properties":{
            "denyAssignmentName":"stack","scope":"/subscriptions/s","doNotApplyToChildScopes":true,
            "permissions":[{"actions":["*/delete"],"notActions":["A.B/c/delete"]}],
            "principals":[{"id":"00000000-0000-0000-0000-000000000000","type":"SystemDefined"}],
            "excludePrincipals":[{"id":"P1","type":"User"}],"isSystemProtected":true}}"#;
        let resource = Resource {
            id: ResourceId::new(
                "/subscriptions/s/providers/Microsoft.Authorization/denyAssignments/d",
            ),
            kind: Kind::DenyAssignment,
            body: Body::Json(text),
            completeness: Completeness::Complete,
            flat: false,
        };
        let deny = DenyAssignment::read(resource).expect("readable");
        assert_eq!(deny.not_below, Fact::Known(true));
        assert_eq!(deny.condition, Fact::Absent);
        let Fact::Known(principals) = &deny.principals else { panic!("{deny:?}") };
        assert!(principals[0].is_everyone());
        let Fact::Known(excluded) = &deny.excluded else { panic!("{deny:?}") };
        assert_eq!(excluded[0].id, Fact::Known(Cow::Borrowed("P1")));
        assert!(!excluded[0].is_everyone());
        let Fact::Known(permissions) = &deny.permissions else { panic!("{deny:?}") };
        assert_eq!(permissions[0].not_actions, ["A.B/c/delete"]);
    }
}
