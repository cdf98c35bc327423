//! `Microsoft.Authorization`: what counts at a scope is also made above it, and lists show both.
//!
//! Without a filter a list at a subscription or below shows what is made above, at and below the scope;
//! `atScope()` leaves out what is below (<https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest>).

use serde_json::Value;

use super::super::answer::Answer;
use super::super::filter::{self, Condition};
use super::super::request::Request;
use super::super::world::resource::Resource;
use super::super::world::{built_in, id};
use super::page::page;
use super::{Arm, error};

const DEFINITIONS: &str = "microsoft.authorization/roledefinitions";

impl Arm<'_> {
    /// A list of `Microsoft.Authorization` at a scope, or one of it by name.
    pub fn authorization(
        &self,
        request: &Request,
        scope: &str,
        list: &str,
        name: Option<&str>,
    ) -> Answer {
        let kind = format!("microsoft.authorization/{list}");
        if !scope.is_empty()
            && !self.world.is_there(scope)
            && self.world.hierarchy.node(scope).is_none()
        {
            return error::not_found(
                request.path.rsplit_once("/providers/").map_or("", |(scope, _)| scope),
            );
        }
        if let Some(refusal) = self.world.refusal(scope, &kind) {
            let spelled = request.path.split('/').rev().nth(usize::from(name.is_some()));
            let kind = format!("Microsoft.Authorization/{}", spelled.unwrap_or(list));
            let spelled = request.path.get(..scope.len()).unwrap_or(scope);
            return error::refused(refusal, &kind, if scope.is_empty() { "/" } else { spelled });
        }
        match (name, list) {
            (Some(name), "roledefinitions") => self.definition(request, scope, name),
            (Some(_), _) => self.made(request),
            (None, "roledefinitions") => self.definitions(request, scope),
            (None, _) => self.made_list(request, scope, &kind),
        }
    }

    fn made(&self, request: &Request) -> Answer {
        match self.world.get(&id::key(&request.path)) {
            Some(resource) => Answer::text(200, resource.text()),
            None => error::not_found(&request.path),
        }
    }

    /// Assignments, locks and all else that is made at a scope.
    fn made_list(&self, request: &Request, scope: &str, kind: &str) -> Answer {
        let conditions = match conditions(request) {
            Ok(conditions) => conditions,
            Err(error) => return error,
        };
        let above = self.world.scopes_above(scope);
        // The tenant and management groups do not tell what is made below them.
        let shows_below = scope.starts_with("/subscriptions/")
            && !conditions.iter().any(|condition| matches!(condition, Only::AtScope));
        let rows: Vec<String> = self
            .world
            .of_kind(kind)
            .filter(|made| {
                let at = id::scope_of(&made.key);
                above.iter().any(|scope| scope == at) || shows_below && id::is_within(at, scope)
            })
            .filter(|made| self.world.shows(made))
            .filter(|made| conditions.iter().all(|condition| self.meets(condition, made)))
            .map(|made| as_seen_from(made, id::subscription_of(scope)))
            .collect();
        page(request, &rows, self.options.page_size)
    }

    fn meets(&self, condition: &Only, made: &Resource) -> bool {
        let principal = made.text_property("principalId").unwrap_or_default().to_ascii_lowercase();
        match condition {
            Only::AtScope => true,
            Only::Principal(id) => principal == *id,
            Only::AssignedTo(id) => {
                principal == *id || self.world.groups_of(id).contains(&principal)
            }
        }
    }

    fn definitions(&self, request: &Request, scope: &str) -> Answer {
        let filter = request.parameter("$filter").map(filter::parse).transpose();
        let conditions = match filter {
            Ok(conditions) => conditions.unwrap_or_default(),
            Err(error) => return error,
        };
        let subscription = id::subscription_of(scope);
        let mut found: Vec<Value> = self.own_definitions(subscription);
        if !self.world.is_whole(&subscription_scope(subscription), DEFINITIONS) {
            let is_new = |role: &Value| {
                let named = |known: &Value| same_text(known, role, "name");
                !found.iter().any(named)
            };
            let added: Vec<Value> = built_in::all(subscription).filter(is_new).collect();
            found.extend(added);
        }
        for condition in &conditions {
            let (member, value) = match condition {
                Condition::Comparison(name, operator, value) if operator == "eq" => {
                    match name.as_str() {
                        "rolename" => ("roleName", value),
                        "type" => ("type", value),
                        _ => return unsupported(request),
                    }
                }
                Condition::Function(name, _) if name == "atscopeandbelow" || name == "atscope" => {
                    continue;
                }
                _ => return unsupported(request),
            };
            let is = |role: &Value| role["properties"][member].as_str() == Some(value.as_str());
            found.retain(is);
        }
        let rows: Vec<String> = found.iter().map(Value::to_string).collect();
        page(request, &rows, self.options.page_size)
    }

    /// The estate's definitions as a subscription shows them, or the tenant.
    fn own_definitions(&self, subscription: Option<&str>) -> Vec<Value> {
        let mut found: Vec<Value> = Vec::new();
        for definition in self.world.of_kind(DEFINITIONS).filter(|made| self.world.shows(made)) {
            let at = id::subscription_of(&definition.key);
            // A role of the tenant shows in every subscription, one of another subscription does not.
            if at.is_some() && at != subscription {
                continue;
            }
            let value = definition.value();
            if !found.iter().any(|known| same_text(known, value, "name")) {
                found.push(value.clone());
            }
        }
        found
    }

    fn definition(&self, request: &Request, scope: &str, name: &str) -> Answer {
        if let Some(resource) = self.world.get(&id::key(&request.path)) {
            return Answer::text(200, resource.text());
        }
        let subscription = id::subscription_of(scope);
        let named =
            |role: &&Value| role["name"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(name));
        let own = self.own_definitions(subscription);
        match own.iter().find(named).cloned().or_else(|| built_in::one(name, subscription)) {
            Some(role) => Answer::json(&role),
            None => {
                let message =
                    format!("The specified role definition with ID '{name}' does not exist.");
                Answer::error(404, "RoleDefinitionDoesNotExist", &message)
            }
        }
    }
}

/// What is made above a subscription names its role as a role of the subscription that is asked, in every
/// recorded answer: the same assignment has another `roleDefinitionId` in each of them.
fn as_seen_from(made: &Resource, subscription: Option<&str>) -> String {
    let role = made.text_property("roleDefinitionId").map(id::name_of);
    let (Some(role), Some(subscription), None) =
        (role, subscription, id::subscription_of(&made.key))
    else {
        return made.text().to_owned();
    };
    let mut body = made.value().clone();
    body["properties"]["roleDefinitionId"] = format!(
        "/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    )
    .into();
    body.to_string()
}

/// What a list is narrowed to.
enum Only {
    AtScope,
    Principal(String),
    AssignedTo(String),
}

fn conditions(request: &Request) -> Result<Vec<Only>, Answer> {
    let text = request.parameter("$filter").filter(|text| !text.trim().is_empty());
    let conditions = text.map(filter::parse).transpose()?.unwrap_or_default();
    let only = |condition: Condition| match condition {
        Condition::Function(name, _) if name == "atscope" => Ok(Only::AtScope),
        Condition::Function(name, id) if name == "assignedto" => {
            Ok(Only::AssignedTo(id.to_ascii_lowercase()))
        }
        Condition::Comparison(name, operator, id) if name == "principalid" && operator == "eq" => {
            Ok(Only::Principal(id.to_ascii_lowercase()))
        }
        _ => Err(unsupported(request)),
    };
    conditions.into_iter().map(only).collect()
}

fn unsupported(request: &Request) -> Answer {
    let filter = request.parameter("$filter").unwrap_or_default();
    let message = format!("The filter '{filter}' is not supported.");
    Answer::error(400, "UnsupportedQuery", &message)
}

fn subscription_scope(subscription: Option<&str>) -> String {
    subscription.map(|name| format!("/subscriptions/{name}")).unwrap_or_default()
}

fn same_text(left: &Value, right: &Value, member: &str) -> bool {
    let text = |value: &Value| value[member].as_str().map(str::to_ascii_lowercase);
    text(left) == text(right)
}
