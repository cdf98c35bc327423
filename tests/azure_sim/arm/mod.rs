//! Azure Resource Manager: containers, resources by id, and lists.

mod authorization;
mod backup;
pub mod error;
mod list;
mod management_groups;
mod page;
mod shape;

use serde_json::{Value, json};

use super::answer::Answer;
use super::options::Options;
use super::request::Request;
use super::world::{World, id};
use page::page;

/// What a question is asked of.
pub struct Arm<'a> {
    /// The estate.
    pub world: &'a World,
    /// How it is served.
    pub options: &'a Options,
}

impl Arm<'_> {
    /// Answers a GET.
    pub fn answer(&self, request: &Request) -> Answer {
        if let Some(error) = error::api_version(request.parameter("api-version")) {
            return error;
        }
        let parts = request.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts[..] {
            ["tenants"] => self.tenants(request),
            ["subscriptions"] => self.subscriptions(request),
            ["subscriptions", name, ..]
                if !self.world.is_there(&format!("/subscriptions/{name}")) =>
            {
                error::subscription_not_found(name)
            }
            ["subscriptions", name] => self.subscription(name),
            ["subscriptions", name, "locations"] => self.locations(request, name),
            ["subscriptions", name, "providers"] => self.providers(request, name),
            ["subscriptions", name, "providers", namespace] => self.provider(name, namespace),
            // Clients register what they are about to use; it stays as it is.
            ["providers", namespace, "register"] => self.provider(&self.world.tenant, namespace),
            ["subscriptions", name, "providers", namespace, "register"] => {
                self.provider(name, namespace)
            }
            ["subscriptions", name, "resourcegroups"] => self.resource_groups(request, name),
            ["subscriptions", name, "resources"] => self.resources(request, name),
            ["subscriptions", name, "resourcegroups", group, ..]
                if !self.world.is_there(&group_key(name, group)) =>
            {
                error::group_not_found(request.path.split('/').nth(4).unwrap_or(group))
            }
            ["subscriptions", name, "resourcegroups", group] => self.resource_group(name, group),
            ["providers", "microsoft.management", "managementgroups", ..]
                if !is_below_group(&parts) =>
            {
                self.management_groups(request, &parts[3..])
            }
            _ => self.provider_path(request),
        }
    }

    /// A path that ends below a provider: a resource, or a list.
    fn provider_path(&self, request: &Request) -> Answer {
        let key = id::key(&request.path);
        let Some((scope, named)) = key.rsplit_once("/providers/") else {
            return error::no_such_path(&request.path);
        };
        let parts: Vec<&str> = named.split('/').collect();
        if let Some(error) = self.namespace_error(scope, parts[0]) {
            return error;
        }
        match parts[..] {
            // The caller is Reader everywhere; what the estate could not read is refused when asked.
            ["microsoft.authorization", "permissions"] => Answer::json(&json!({
                "value": [{ "actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": [] }],
            })),
            ["microsoft.authorization", list, ..] if parts.len() <= 3 => {
                self.authorization(request, scope, list, parts.get(2).copied())
            }
            [_] => error::no_such_path(&request.path),
            _ if parts.len().is_multiple_of(2) => self.list(request, &key),
            _ => self.resource(request, &key),
        }
    }

    /// What stands in the way of asking a provider.
    fn namespace_error(&self, scope: &str, namespace: &str) -> Option<Answer> {
        let is = |known: &&str| known.eq_ignore_ascii_case(namespace);
        let serves = |kind: &str| kind.split('/').next() == Some(namespace);
        if !list::NAMESPACES.iter().any(is) && !self.world.kinds().any(serves) {
            return Some(error::no_such_namespace(namespace));
        }
        let unregistered = self.options.unregistered.iter().find(|known| is(&known.as_str()))?;
        // Asked by id, ARM looks for the resource first.
        scope.starts_with("/subscriptions/").then(|| error::not_registered(unregistered))
    }

    fn resource(&self, request: &Request, key: &str) -> Answer {
        let kind = id::kind_of(key).unwrap_or_default();
        if let Some(refusal) = self.world.refusal(key, &kind) {
            let spelled = self.world.get(key).map(|resource| spelled_kind(&resource.id));
            return error::refused(refusal, &spelled.unwrap_or(kind), &request.path);
        }
        let asks_view = request.parameter("$expand").is_some_and(|expand| {
            expand.split(',').any(|part| part.eq_ignore_ascii_case("instanceView"))
        });
        match self.world.get(key) {
            Some(resource) => Answer::text(200, shape::got(self.world, resource, asks_view)),
            None => error::not_found(&request.path),
        }
    }

    fn tenants(&self, request: &Request) -> Answer {
        let tenant = &self.world.tenant;
        let body = json!({
            "id": format!("/tenants/{tenant}"),
            "tenantId": tenant,
            "countryCode": "SE",
            "displayName": "Simulated",
            "domains": ["simulated.example.com"],
            "tenantCategory": "Home",
            "defaultDomain": "simulated.example.com",
            "tenantType": "AAD",
        });
        page(request, &[body.to_string()], self.options.page_size)
    }

    fn subscriptions(&self, request: &Request) -> Answer {
        let shown = self.world.subscriptions().filter(|name| self.refuses(name).is_none());
        let rows: Vec<String> =
            shown.map(|name| shape::subscription(self.world, name).to_string()).collect();
        page(request, &rows, self.options.page_size)
    }

    fn refuses(&self, subscription: &str) -> Option<Answer> {
        let key = format!("/subscriptions/{subscription}");
        let refusal = self.world.refusal(&key, id::SUBSCRIPTION)?;
        Some(error::refused(refusal, "Microsoft.Resources/subscriptions", &key))
    }

    fn subscription(&self, name: &str) -> Answer {
        let body = || Answer::json(&shape::subscription(self.world, name));
        self.refuses(name).unwrap_or_else(body)
    }

    fn resource_groups(&self, request: &Request, subscription: &str) -> Answer {
        let scope = format!("/subscriptions/{subscription}");
        if let Some(refusal) = self.world.refusal(&scope, id::RESOURCE_GROUP) {
            let kind = "Microsoft.Resources/subscriptions/resourceGroups";
            return error::refused(refusal, kind, &scope);
        }
        let groups = self.world.resource_groups(subscription).into_iter();
        let shown = groups.filter(|key| self.world.refusal(key, id::RESOURCE_GROUP).is_none());
        let rows: Vec<String> =
            shown.map(|key| shape::group(self.world, key).to_string()).collect();
        page(request, &rows, self.options.page_size)
    }

    fn resource_group(&self, subscription: &str, group: &str) -> Answer {
        let key = group_key(subscription, group);
        match self.world.refusal(&key, id::RESOURCE_GROUP) {
            Some(refusal) => {
                error::refused(refusal, "Microsoft.Resources/subscriptions/resourceGroups", &key)
            }
            None => Answer::json(&shape::group(self.world, &key)),
        }
    }

    fn locations(&self, request: &Request, subscription: &str) -> Answer {
        let rows: Vec<String> = [("westeurope", "West Europe"), ("northeurope", "North Europe")]
            .map(|(name, display)| {
                let id = format!("/subscriptions/{subscription}/locations/{name}");
                json!({"id": id, "name": name, "displayName": display}).to_string()
            })
            .into();
        page(request, &rows, self.options.page_size)
    }

    fn providers(&self, request: &Request, subscription: &str) -> Answer {
        let rows: Vec<String> = list::NAMESPACES
            .iter()
            .map(|namespace| self.registration(subscription, namespace).to_string())
            .collect();
        page(request, &rows, self.options.page_size)
    }

    fn provider(&self, subscription: &str, namespace: &str) -> Answer {
        let known = list::NAMESPACES.iter().find(|known| known.eq_ignore_ascii_case(namespace));
        match known {
            Some(known) => Answer::json(&self.registration(subscription, known)),
            None => error::no_such_namespace(namespace),
        }
    }

    fn registration(&self, subscription: &str, namespace: &str) -> Value {
        let is = |known: &String| known.eq_ignore_ascii_case(namespace);
        let state =
            if self.options.unregistered.iter().any(is) { "NotRegistered" } else { "Registered" };
        json!({
            "id": format!("/subscriptions/{subscription}/providers/{namespace}"),
            "namespace": namespace,
            "registrationPolicy": "RegistrationRequired",
            "registrationState": state,
            "resourceTypes": [],
        })
    }
}

fn group_key(subscription: &str, group: &str) -> String {
    format!("/subscriptions/{subscription}/resourcegroups/{group}")
}

/// Whether the path goes on from a management group to another provider.
fn is_below_group(parts: &[&str]) -> bool {
    parts.get(4) == Some(&"providers")
}

/// The type of what stands in a list that has another name.
pub fn stands_for(list: &str) -> Option<&'static str> {
    backup::alias(list).map(|alias| alias.kind)
}

/// The type that an id names, as it is spelled there.
pub fn spelled_kind(id: &str) -> String {
    let named = id.rsplit_once("/providers/").map_or("", |(_, named)| named);
    let mut parts = named.split('/');
    let namespace = parts.next().unwrap_or_default();
    let types = parts.step_by(2);
    [namespace].into_iter().chain(types).collect::<Vec<_>>().join("/")
}
