//! Management groups: which lies below which, and which subscriptions lie in them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::id;
use super::resource::Resource;

/// A management group or a subscription and what is directly above it.
pub struct Node {
    /// The name as it is spelled.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// The key of the management group above.
    pub parent: Option<String>,
}

/// The tree, by key.
#[derive(Default)]
pub struct Hierarchy {
    nodes: BTreeMap<String, Node>,
}

/// The key of a management group.
pub fn group_key(name: &str) -> String {
    id::key(&group_id(name))
}

/// The id of a management group.
pub fn group_id(name: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{name}")
}

impl Hierarchy {
    /// Takes over what a subscription or a management group says is above it.
    pub fn read(&mut self, resource: &Resource) {
        let (block, display) = match resource.kind.as_str() {
            id::SUBSCRIPTION => ("", resource.value().get("name").and_then(Value::as_str)),
            id::MANAGEMENT_GROUP => ("details.", resource.text_property("displayName")),
            _ => return,
        };
        let name = id::name_of(&resource.id);
        let chain = resource.property(&format!("{block}managementGroupAncestorsChain"));
        let above: Vec<&Value> = chain.and_then(Value::as_array).into_iter().flatten().collect();
        let parent = match above.first().and_then(|group| group.get("name")?.as_str()) {
            Some(name) => Some(group_key(name)),
            None => resource.text_property(&format!("{block}parent.id")).map(id::key),
        };
        self.add(&resource.key, name, display.unwrap_or(name), parent);
        for (at, group) in above.iter().enumerate() {
            let text = |member: &str| group.get(member).and_then(Value::as_str);
            let Some(name) = text("name") else { continue };
            let parent = above.get(at + 1).and_then(|next| next.get("name")?.as_str());
            let display = text("displayName").unwrap_or(name);
            self.add(&group_key(name), name, display, parent.map(group_key));
        }
    }

    fn add(&mut self, key: &str, name: &str, display: &str, parent: Option<String>) {
        let node = self.nodes.entry(key.to_owned()).or_insert_with(|| Node {
            name: name.to_owned(),
            display_name: display.to_owned(),
            parent: None,
        });
        if parent.is_some() {
            node.parent = parent;
        }
    }

    /// Adds a management group that only its name is known of.
    pub fn mention(&mut self, group: &str) {
        let name = id::name_of(group);
        self.add(&id::key(group), name, name, None);
    }

    /// The groups above, nearest first. A circle ends where it closes.
    pub fn above(&self, key: &str) -> Vec<String> {
        let mut chain: Vec<String> = Vec::new();
        let mut at = key.to_owned();
        while let Some(parent) = self.nodes.get(&at).and_then(|node| node.parent.clone()) {
            if chain.contains(&parent) {
                break;
            }
            chain.push(parent.clone());
            at = parent;
        }
        chain
    }

    /// A management group or subscription.
    pub fn node(&self, key: &str) -> Option<&Node> {
        self.nodes.get(key)
    }

    /// The management groups, by key.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &Node)> {
        let all = self.nodes.iter().map(|(key, node)| (key.as_str(), node));
        all.filter(|(key, _)| !key.starts_with("/subscriptions/"))
    }

    /// What is directly below a group.
    pub fn children<'a>(&'a self, group: &'a str) -> impl Iterator<Item = (&'a str, &'a Node)> {
        let all = self.nodes.iter().map(|(key, node)| (key.as_str(), node));
        all.filter(move |(_, node)| node.parent.as_deref() == Some(group))
    }

    /// Everything below a group, nearest first.
    pub fn below<'a>(&'a self, group: &'a str) -> Vec<(&'a str, &'a Node)> {
        let mut found: Vec<(&str, &Node)> = self.children(group).collect();
        let mut at = 0;
        while let Some((key, _)) = found.get(at).copied() {
            let next: Vec<_> =
                self.children(key).filter(|child| !found.contains_node(child.0)).collect();
            found.extend(next);
            at += 1;
        }
        found
    }
}

trait ContainsNode {
    fn contains_node(&self, key: &str) -> bool;
}

impl ContainsNode for Vec<(&str, &Node)> {
    fn contains_node(&self, key: &str) -> bool {
        self.iter().any(|(known, _)| *known == key)
    }
}
