//! Management groups: what stands above a subscription.

use super::resource::Resource;
use super::{Fact, Kind, Reason, id};

/// The id of a management group by its name.
pub fn management_group_id(name: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{name}")
}

/// The management groups directly above a subscription or a management group, as one body shows
/// them: nearest first, to the root if the second says so.
pub type Above = (Vec<String>, bool);

impl Resource<'_> {
    /// What this body says stands above the subscription or management group that it describes.
    ///
    /// A row of Resource Graph shows every group up to the root, the answer of the management group
    /// service only the next one
    /// (<https://learn.microsoft.com/azure/governance/management-groups/overview>).
    pub fn management_groups_above(&self) -> Fact<Above> {
        const CHAIN: &str = "managementGroupAncestorsChain";
        let block =
            if self.kind == Kind::ManagementGroup { "properties.details" } else { "properties" };
        let chain = format!("{block}.{CHAIN}");
        if self.shows(&chain) {
            let names = self.paths(&format!("{chain}[].name"));
            let names: Option<Vec<String>> = names
                .iter()
                .map(|path| self.text(path).known().filter(|name| !name.is_empty()))
                .collect();
            return match names {
                Some(names) => Fact::Known((
                    names.iter().map(|name| management_group_id(name)).collect(),
                    true,
                )),
                None => Fact::Unknown(Reason::UnrecognisedValue),
            };
        }
        if let Some(parent) =
            self.text(&format!("{block}.parent.id")).known().filter(|id| !id.is_empty())
        {
            return Fact::Known((vec![parent], false));
        }
        // Only the root has none: a body that shows the details shows its parent.
        if self.kind == Kind::ManagementGroup && (self.shows(block) || self.is_root_group()) {
            return Fact::Known((Vec::new(), true));
        }
        Fact::Unknown(Reason::NotCollected)
    }

    /// Whether a management group has the name of its tenant, as only the root has.
    fn is_root_group(&self) -> bool {
        let tenant = self.text("properties.tenantId").known();
        tenant.is_some_and(|tenant| tenant.eq_ignore_ascii_case(self.id.name()))
    }

    /// The subscriptions and management groups that a management group shows directly below it.
    pub fn management_group_children(&self) -> Vec<String> {
        let paths = self.paths("properties.children[].id");
        paths
            .iter()
            .filter_map(|path| self.text(path).known())
            .filter(|id| !id.is_empty())
            .collect()
    }
}

/// The subscription's id, in a management group's list of its subscriptions
/// (`<management group>/subscriptions/<subscription>`).
pub fn listed_subscription(resource: &Resource<'_>) -> Option<(String, String)> {
    let (group, subscription) = resource.id.as_str().rsplit_once("/subscriptions/")?;
    (resource.kind == Kind::ManagementGroupSubscription
        && id::has_segment(group, "managementGroups"))
    .then(|| (format!("/subscriptions/{subscription}"), group.to_owned()))
}
