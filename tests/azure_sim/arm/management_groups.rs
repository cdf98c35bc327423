//! Management groups: the list, one of them, and all below it.

use serde_json::{Value, json};

use super::super::answer::Answer;
use super::super::request::Request;
use super::super::world::hierarchy::{group_id, group_key};
use super::super::world::id;
use super::page::page;
use super::{Arm, error, shape};

impl Arm<'_> {
    /// Answers for what follows `managementGroups`.
    pub fn management_groups(&self, request: &Request, rest: &[&str]) -> Answer {
        let Some(name) = rest.first() else { return self.group_list(request) };
        let key = group_key(name);
        if let Some(refusal) = self.world.refusal(&key, id::MANAGEMENT_GROUP) {
            return error::refused(refusal, "Microsoft.Management/managementGroups", &key);
        }
        if self.world.hierarchy.node(&key).is_none() {
            return error::not_found(&key);
        }
        match rest {
            [_] => {
                let expand = request.parameter("$expand").unwrap_or_default();
                let recurse = request.parameter("$recurse") == Some("true");
                let expands = expand.to_ascii_lowercase().contains("children");
                Answer::json(&shape::management_group(self.world, &key, expands, recurse))
            }
            [_, "descendants"] => self.descendants(request, &key),
            [_, "subscriptions"] => self.group_subscriptions(request, &key),
            _ => error::no_such_path(&request.path),
        }
    }

    fn group_list(&self, request: &Request) -> Answer {
        if let Some(refusal) = self.world.refusal("", id::MANAGEMENT_GROUP) {
            return error::refused(refusal, "Microsoft.Management/managementGroups", "/");
        }
        let shown = self.world.hierarchy.groups();
        let shown =
            shown.filter(|(key, _)| self.world.refusal(key, id::MANAGEMENT_GROUP).is_none());
        let rows: Vec<String> = shown
            .map(|(_, node)| {
                json!({
                    "id": group_id(&node.name),
                    "type": "Microsoft.Management/managementGroups",
                    "name": node.name,
                    "properties": {"tenantId": self.world.tenant, "displayName": node.display_name},
                })
                .to_string()
            })
            .collect();
        page(request, &rows, self.options.page_size)
    }

    fn descendants(&self, request: &Request, key: &str) -> Answer {
        let tree = &self.world.hierarchy;
        let rows: Vec<String> = tree
            .below(key)
            .into_iter()
            .map(|(key, node)| {
                let (kind, id) = if key.starts_with("/subscriptions/") {
                    ("Microsoft.Management/managementGroups/subscriptions", format!("/subscriptions/{}", node.name))
                } else {
                    ("Microsoft.Management/managementGroups", group_id(&node.name))
                };
                let parent = node.parent.as_deref().and_then(|key| tree.node(key));
                json!({
                    "id": id,
                    "type": kind,
                    "name": node.name,
                    "properties": {
                        "displayName": node.display_name,
                        "parent": {"id": parent.map_or(Value::Null, |parent| group_id(&parent.name).into())},
                    },
                })
                .to_string()
            })
            .collect();
        page(request, &rows, self.options.page_size)
    }

    fn group_subscriptions(&self, request: &Request, key: &str) -> Answer {
        let tree = &self.world.hierarchy;
        let group = tree.node(key).map(|node| group_id(&node.name)).unwrap_or_default();
        let rows: Vec<String> = tree
            .children(key)
            .filter(|(key, _)| key.starts_with("/subscriptions/"))
            .map(|(_, node)| {
                json!({
                    "id": format!("{group}/subscriptions/{}", node.name),
                    "type": "Microsoft.Management/managementGroups/subscriptions",
                    "name": node.name,
                    "properties": {
                        "tenant": self.world.tenant,
                        "displayName": node.display_name,
                        "parent": {"id": group},
                        "state": "Active",
                    },
                })
                .to_string()
            })
            .collect();
        page(request, &rows, self.options.page_size)
    }
}
