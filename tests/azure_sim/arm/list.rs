//! Lists of resources: at a subscription or a resource group everything below, at a resource its own
//! children.

use super::super::answer::Answer;
use super::super::request::Request;
use super::super::world::id;
use super::super::world::resource::Resource;
use super::page::page;
use super::{Arm, backup, error, shape, spelled_kind};

/// The providers that are there whatever the estate holds.
pub const NAMESPACES: &[&str] = &[
    "Microsoft.AlertsManagement",
    "Microsoft.Authorization",
    "Microsoft.Compute",
    "Microsoft.ContainerService",
    "Microsoft.DBforMySQL",
    "Microsoft.DBforPostgreSQL",
    "Microsoft.DataProtection",
    "Microsoft.Insights",
    "Microsoft.KeyVault",
    "Microsoft.KubernetesConfiguration",
    "Microsoft.Management",
    "Microsoft.Network",
    "Microsoft.RecoveryServices",
    "Microsoft.ResourceGraph",
    "Microsoft.Resources",
    "Microsoft.Sql",
    "Microsoft.SqlVirtualMachine",
    "Microsoft.Storage",
];

impl Arm<'_> {
    /// A list by its path in lower case: a scope, a provider and types with names between them.
    pub fn list(&self, request: &Request, list: &str) -> Answer {
        let name = id::name_of(list);
        let holder = holder_of(list);
        let kind = kind_of_list(list);
        if let Some(answer) = self.machine_view(request, list) {
            return answer;
        }
        let alias = backup::alias(&kind);
        let kind = alias.map_or(kind.as_str(), |alias| alias.kind);
        if let Some(refusal) = self.world.refusal(holder, kind) {
            let spelled = spelled_kind(&format!("{}/x", request.path));
            let scope = request.path.get(..holder.len()).unwrap_or(holder);
            return error::refused(refusal, &spelled, scope);
        }
        if !self.can_hold(holder) {
            return error::not_found(holder_of(&request.path));
        }
        let found: Vec<&Resource> = if alias.is_some() || is_container(holder) {
            self.world.of_kind(kind).filter(|resource| is_listed(resource, holder)).collect()
        } else {
            self.world.in_list(list).collect()
        };
        let filter = match backup::Filter::of(request, name) {
            Ok(filter) => filter,
            Err(error) => return error,
        };
        let rows: Vec<String> = found
            .into_iter()
            .filter(|resource| self.world.shows(resource) && filter.takes(resource))
            .map(|resource| shape::listed(self.world, resource))
            .collect();
        page(request, &rows, self.options.page_size)
    }

    /// `{machine}/instanceView`, which has the path of a list and is none.
    fn machine_view(&self, request: &Request, path: &str) -> Option<Answer> {
        let machine = path.strip_suffix("/instanceview")?;
        if id::kind_of(machine)? != "microsoft.compute/virtualmachines" {
            return None;
        }
        if let Some(refusal) = self.world.refusal(machine, "microsoft.compute/virtualmachines") {
            let kind = "Microsoft.Compute/virtualMachines/instanceView";
            return Some(error::refused(refusal, kind, &request.path));
        }
        let Some(resource) = self.world.get(machine) else {
            return Some(error::not_found(holder_of(&request.path)));
        };
        Some(match shape::machine_view(resource) {
            Some(view) => Answer::json(&view),
            None => Answer::text(200, "{\"statuses\":[]}"),
        })
    }

    /// Every top-level resource of a subscription, in short.
    pub fn resources(&self, request: &Request, subscription: &str) -> Answer {
        let scope = format!("/subscriptions/{subscription}/resourcegroups");
        let is_tracked = |resource: &&Resource| {
            resource.kind.matches('/').count() == 1
                && id::is_within(&resource.key, &scope)
                && is_container(id::scope_of(&resource.key))
                && !resource.kind.starts_with("microsoft.authorization/")
                && self.world.shows(resource)
        };
        let kinds: Vec<String> = self.world.kinds().map(str::to_owned).collect();
        let found = kinds.iter().flat_map(|kind| self.world.of_kind(kind)).filter(is_tracked);
        let rows: Vec<String> = found
            .map(|resource| {
                let body = resource.value();
                let short = ["id", "name", "type", "location", "tags", "sku", "kind", "identity"];
                let members = short.iter().filter_map(|name| {
                    body.get(*name).map(|value| ((*name).to_owned(), value.clone()))
                });
                serde_json::Value::Object(members.collect()).to_string()
            })
            .collect();
        page(request, &rows, self.options.page_size)
    }

    /// Whether a list can be asked for below this: it is there, or ARM does not ask.
    fn can_hold(&self, holder: &str) -> bool {
        let is_service = holder.ends_with("/default") || holder.contains("/locations/");
        if holder.is_empty() || self.world.is_there(holder) {
            return true;
        }
        is_service && id::parent_of(holder).is_none_or(|parent| self.can_hold(parent))
    }
}

/// What a list is asked of: the path without the list's name, or without the provider.
fn holder_of(list: &str) -> &str {
    let parent = list.rsplit_once('/').map_or("", |(parent, _)| parent);
    match parent.rsplit_once("/providers/") {
        Some((scope, rest)) if !rest.contains('/') => scope,
        _ => parent,
    }
}

/// The type of what stands in a list.
fn kind_of_list(list: &str) -> String {
    id::kind_of(&format!("{list}/x")).unwrap_or_default()
}

fn is_container(key: &str) -> bool {
    matches!(id::kind_of(key).as_deref(), Some(id::SUBSCRIPTION | id::RESOURCE_GROUP))
}

/// Whether a resource stands in the list at a container or vault: what extends another resource stands
/// in that resource's list alone.
fn is_listed(resource: &Resource, holder: &str) -> bool {
    let scope = id::scope_of(&resource.key);
    id::is_within(&resource.key, holder) && (is_container(scope) || scope == holder)
}
