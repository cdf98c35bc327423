//! The directory: people, applications, groups and who is in them.

use serde_json::Value;

use super::World;

/// What a group says of its members.
pub enum Members {
    /// The direct ones.
    Direct(Vec<Value>),
    /// All of them, also those of groups in it.
    All(Vec<Value>),
    /// Nothing: it may not be read.
    Hidden,
}

impl World {
    /// The object with this id.
    pub fn directory_object(&self, id: &str) -> Option<&Value> {
        self.directory.iter().find(|object| is_named(object, id))
    }

    /// The objects of a type such as `#microsoft.graph.group`.
    pub fn directory_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.directory.iter().filter(move |object| object["@odata.type"] == kind)
    }

    /// What the estate knows of a group's members.
    pub fn members(&self, group: &Value) -> Members {
        let list = |name: &str| group.get(name).and_then(Value::as_array);
        let known =
            |members: &Vec<Value>| members.iter().map(|member| self.full(member).clone()).collect();
        match (list("members"), list("transitiveMembers")) {
            (Some(members), _) => Members::Direct(known(members)),
            (None, Some(members)) => Members::All(known(members)),
            (None, None) => Members::Hidden,
        }
    }

    /// All members of a group, also those of groups in it; none if one of them is hidden.
    pub fn transitive_members(&self, group: &Value) -> Option<Vec<Value>> {
        let mut found: Vec<Value> = match self.members(group) {
            Members::All(members) => return Some(members),
            Members::Direct(members) => members,
            Members::Hidden => return None,
        };
        let mut at = 0;
        while let Some(member) = found.get(at).cloned() {
            at += 1;
            if member["@odata.type"] != "#microsoft.graph.group" {
                continue;
            }
            let more = match self.members(&member) {
                Members::Direct(more) | Members::All(more) => more,
                Members::Hidden => return None,
            };
            for member in more {
                let id = member["id"].as_str().unwrap_or_default();
                if !found.iter().any(|known| is_named(known, id)) {
                    found.push(member);
                }
            }
        }
        Some(found)
    }

    /// The groups that a principal is in, in lower case.
    pub fn groups_of(&self, principal: &str) -> Vec<String> {
        let groups = self.directory_of("#microsoft.graph.group");
        let holds = |group: &&Value| {
            let members = self.transitive_members(group).unwrap_or_default();
            members.iter().any(|member| is_named(member, principal))
        };
        let ids = groups.filter(holds).filter_map(|group| group["id"].as_str());
        ids.map(str::to_ascii_lowercase).collect()
    }

    /// The whole object that a member stands for, where the estate has it.
    fn full<'a>(&'a self, member: &'a Value) -> &'a Value {
        let id = member["id"].as_str().unwrap_or_default();
        self.directory_object(id).unwrap_or(member)
    }
}

fn is_named(object: &Value, id: &str) -> bool {
    object["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id))
}
