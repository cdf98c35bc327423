//! The form of a case, and the estate that it stands for: the base with a few changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use backuplint::access::built_in::BUILT_IN_ROLES;
use backuplint::inventory::{Kind, id};
use backuplint::review::Parameters;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The estate that every case starts from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    ids: BTreeMap<String, String>,
    pub read: Vec<Read>,
    resource: BTreeMap<String, Value>,
    roles: Roles,
    people: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    at: Vec<String>,
    pub kinds: Vec<String>,
    since: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    assigned: Vec<[String; 3]>,
    eligible: Vec<[String; 3]>,
    conditional: Vec<[String; 3]>,
}

/// One case: what is asked, how the estate differs from the base, and what must come out.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    pub name: String,
    pub operation: String,
    #[serde(default)]
    pub on: Vec<String>,
    #[serde(default)]
    select: Option<Value>,
    /// `admin`, unless it says otherwise; `-` for nobody.
    caller: Option<String>,
    approved_by: Option<String>,
    window: Option<Value>,
    #[serde(default)]
    arguments: Map<String, Value>,
    /// `[resource, path, value]`.
    #[serde(default)]
    set: Vec<(String, String, Value)>,
    /// `[resource, path]`.
    #[serde(default)]
    unset: Vec<(String, String)>,
    /// `[resource, name of another one, its id]`: a copy.
    #[serde(default)]
    copy: Vec<(String, String, String)>,
    /// Resources that do not exist.
    #[serde(default)]
    without: Vec<String>,
    /// `[resource, type, id, body]`: more of them.
    #[serde(default)]
    add: Vec<(String, Value)>,
    /// Types of lists that were not read.
    #[serde(default)]
    pub unread: Vec<String>,
    /// What could not be read: `[scope, type, action that is missing]`.
    #[serde(default)]
    pub gaps: Vec<[String; 3]>,
    /// Resources that are known from a list alone.
    #[serde(default)]
    listed: Vec<String>,
    /// `[who, role, place]`, beside those of the base.
    #[serde(default)]
    assigned: Vec<[String; 3]>,
    /// Nobody holds what the base gives.
    #[serde(default)]
    nobody: bool,
    /// A group whose members nobody could list has this role.
    group: Option<[String; 2]>,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    pub verdict: String,
    /// Answers by precondition.
    #[serde(default)]
    pub expect: BTreeMap<String, String>,
    /// Texts that the review must show.
    #[serde(default)]
    pub says: Vec<String>,
    /// Texts that it must not show.
    #[serde(default)]
    pub silent: Vec<String>,
    /// The operation that is advised instead.
    pub advises: Option<String>,
    /// Until when it can be undone.
    pub until: Option<String>,
    /// The row of the guide that it shows.
    pub guide: Option<String>,
    /// How many targets, where it is not one.
    pub targets: Option<usize>,
}

/// When the estate was as shown.
pub const NOW: &str = "2026-11-20T02:00:00Z";

impl Base {
    pub fn id(&self, name: &str) -> String {
        let id = self.ids.get(name).unwrap_or_else(|| panic!("no id {name}"));
        self.expand(id)
    }

    /// The id of somebody, by a short name; any other text stands for itself.
    pub fn person(&self, name: &str) -> String {
        self.ids.get(name).map_or_else(|| name.to_owned(), |id| self.expand(id))
    }

    /// `$name` at the start of a text stands for an id.
    pub fn expand(&self, text: &str) -> String {
        let Some(rest) = text.strip_prefix('$') else { return text.to_owned() };
        let end = rest.find('/').unwrap_or(rest.len());
        format!("{}{}", self.id(&rest[..end]), &rest[end..])
    }

    fn expanded(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => json!(self.expand(text)),
            Value::Array(list) => list.iter().map(|item| self.expanded(item)).collect(),
            Value::Object(map) => {
                map.iter().map(|(key, value)| (key.clone(), self.expanded(value))).collect()
            }
            other => other.clone(),
        }
    }

    fn body(&self, id: &str, value: &Value) -> Value {
        let mut body = Map::new();
        body.insert("id".to_owned(), json!(id));
        body.insert("name".to_owned(), json!(id::name_of(id)));
        let kind = id::type_of(id).map(|name| name.into_owned()).unwrap_or_default();
        let known = Kind::of_type(&kind).type_name();
        let kind = match id.matches('/').count() {
            2 => "Microsoft.Resources/subscriptions",
            4 => "Microsoft.Resources/resourceGroups",
            _ if known.is_empty() => &kind,
            _ => known,
        };
        body.insert("type".to_owned(), json!(kind));
        if let Value::Object(more) = self.expanded(value) {
            body.extend(more);
        }
        Value::Object(body)
    }
}

impl Case {
    /// The estate as a snapshot.
    pub fn estate(&self, base: &Base) -> String {
        let mut bodies: BTreeMap<String, Value> = BTreeMap::new();
        for (name, value) in &base.resource {
            bodies.insert(name.clone(), base.body(&base.id(name), value));
        }
        for (from, name, id) in &self.copy {
            let mut body = bodies[from].clone();
            let id = base.expand(id);
            body["name"] = json!(id::name_of(&id));
            body["id"] = json!(id);
            bodies.insert(name.clone(), body);
        }
        for (at, (id, value)) in self.add.iter().enumerate() {
            bodies.insert(format!("added-{at}"), base.body(&base.expand(id), value));
        }
        for name in &self.without {
            assert!(bodies.remove(name).is_some(), "{}: no resource {name}", self.name);
        }
        for (name, path, value) in &self.set {
            let value = base.expanded(value);
            *place(self.of(&mut bodies, name), path) = value;
        }
        for (name, path) in &self.unset {
            let body = self.of(&mut bodies, name);
            let (parent, last) = path.rsplit_once('.').unwrap_or(("", path));
            let parent = if parent.is_empty() { body } else { place(body, parent) };
            let taken = parent.as_object_mut().and_then(|map| map.remove(last));
            assert!(taken.is_some(), "{}: {name} has no {path}", self.name);
        }
        let listed: Vec<Value> = self
            .listed
            .iter()
            .map(|name| bodies.remove(name).unwrap_or_else(|| panic!("{}: no {name}", self.name)))
            .collect();
        let mut resources: Vec<Value> = bodies.into_values().collect();
        resources.extend(self.access(base));
        let gap = |[scope, kind, permission]: &[String; 3]| {
            json!({
                "scope": base.expand(scope), "kind": kind, "status": 403, "reason": "forbidden",
                "permission": permission, "message": "the identity may not read it",
            })
        };
        let gaps: Vec<Value> = self.gaps.iter().map(gap).collect();
        let snapshot = json!({
            "schema": "backuplint.snapshot/1",
            "collectedAt": NOW,
            "collections": self.collections(base),
            "gaps": gaps,
            "resources": resources,
            "listed": listed,
        });
        snapshot.to_string()
    }

    fn of<'b>(&self, bodies: &'b mut BTreeMap<String, Value>, name: &str) -> &'b mut Value {
        bodies.get_mut(name).unwrap_or_else(|| panic!("{}: no resource {name}", self.name))
    }

    fn collections(&self, base: &Base) -> Vec<Value> {
        let mut found = Vec::new();
        let mut unread: BTreeSet<&str> = self.unread.iter().map(String::as_str).collect();
        for read in &base.read {
            for kind in &read.kinds {
                if self.unread.contains(kind) {
                    unread.remove(kind.as_str());
                    continue;
                }
                for at in &read.at {
                    let mut entry = json!({"scope": base.expand(at), "kind": kind});
                    if let Some(since) = &read.since {
                        entry["since"] = json!(since);
                    }
                    if at == "/" {
                        entry["exactly"] = json!(true);
                    }
                    found.push(entry);
                }
            }
        }
        assert!(unread.is_empty(), "{}: never read: {unread:?}", self.name);
        found
    }

    fn access(&self, base: &Base) -> Vec<Value> {
        let mut found = Vec::new();
        let given = base.roles.assigned.iter().filter(|_| !self.nobody);
        let standing = given.chain(&self.assigned);
        for (at, [who, role, place]) in standing.enumerate() {
            found.push(assignment(base, at, who, role, place, &Value::Null));
        }
        for (at, [who, role, place]) in
            base.roles.conditional.iter().filter(|_| !self.nobody).enumerate()
        {
            let condition = json!("@Resource[Microsoft.Storage/x:y] StringEquals 'z'");
            found.push(assignment(base, 50 + at, who, role, place, &condition));
        }
        for (at, [who, role, place]) in
            base.roles.eligible.iter().filter(|_| !self.nobody).enumerate()
        {
            let place = base.expand(place);
            found.push(json!({
                "id": format!("{place}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/e0000000-0000-4000-8000-{at:012}"),
                "name": format!("e0000000-0000-4000-8000-{at:012}"),
                "type": "Microsoft.Authorization/roleEligibilityScheduleInstances",
                "properties": {
                    "principalId": base.id(who), "principalType": "User", "roleDefinitionId": role_id(&place, role),
                    "scope": place, "memberType": "Direct", "status": "Provisioned",
                },
            }));
        }
        for (who, name) in &base.people {
            found.push(json!({
                "@odata.type": "#microsoft.graph.user", "id": base.id(who), "displayName": name,
                "userPrincipalName": format!("{}@contoso.example", name.to_lowercase()), "accountEnabled": true,
            }));
        }
        if let Some([role, place]) = &self.group {
            let mut grant = assignment(base, 90, "group", role, place, &Value::Null);
            grant["properties"]["principalType"] = json!("Group");
            found.push(grant);
        }
        found
    }

    /// The request as a file.
    pub fn request(&self, base: &Base) -> String {
        let mut request = Map::new();
        request.insert("operation".to_owned(), json!(self.operation));
        request.insert("ticket".to_owned(), json!("CHG-1"));
        if !self.on.is_empty() {
            let on: Vec<String> = self.on.iter().map(|on| base.expand(on)).collect();
            request.insert("targets".to_owned(), json!(on));
        }
        if let Some(select) = &self.select {
            request.insert("select".to_owned(), base.expanded(select));
        }
        let person = |name: &str| base.person(name);
        match self.caller.as_deref() {
            Some("-") => {}
            caller => {
                request.insert("caller".to_owned(), json!(person(caller.unwrap_or("admin"))));
            }
        }
        if let Some(approver) = &self.approved_by {
            request.insert("approved-by".to_owned(), json!(person(approver)));
        }
        if let Some(window) = &self.window {
            request.insert("window".to_owned(), window.clone());
        }
        let arguments = base.expanded(&Value::Object(self.arguments.clone()));
        request.insert("arguments".to_owned(), arguments);
        Value::Object(request).to_string()
    }

    pub fn parameters(&self) -> Parameters {
        use backuplint::review::{Demand, MinimumOf};
        let mut parameters = Parameters::default();
        for (name, value) in &self.parameters {
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            match (name.as_str(), number, value.as_str()) {
                ("replace-existing-requires-running", _, Some("block")) => {
                    parameters.replace_existing_requires_running = Demand::Block;
                }
                ("minimum", _, Some("guide")) => parameters.minimum = MinimumOf::Guide,
                ("on-demand-supported", Some(number), _) => parameters.on_demand_supported = number,
                ("on-demand-hard-cap", Some(number), _) => parameters.on_demand_hard_cap = number,
                ("on-demand-min-days", Some(number), _) => parameters.on_demand_min_days = number,
                ("reading-max-hours", Some(number), _) => parameters.reading_max_hours = number,
                ("file-recovery-hours", Some(number), _) => parameters.file_recovery_hours = number,
                _ => panic!("{}: parameter {name}", self.name),
            }
        }
        parameters
    }

    /// Whether its first target belongs to a Backup vault.
    pub fn is_of_backup_vault(&self, base: &Base) -> bool {
        let mut named = self
            .on
            .iter()
            .map(String::as_str)
            .chain(self.arguments.get("vault").and_then(Value::as_str));
        named.any(|on| base.expand(on).contains("Microsoft.DataProtection"))
    }
}

fn assignment(
    base: &Base,
    at: usize,
    who: &str,
    role: &str,
    place: &str,
    condition: &Value,
) -> Value {
    let place = base.expand(place);
    let mut name = String::new();
    let _ = write!(name, "a0000000-0000-4000-8000-{at:012}");
    json!({
        "id": format!("{place}/providers/Microsoft.Authorization/roleAssignments/{name}"),
        "name": name,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "principalId": base.id(who), "principalType": "User", "roleDefinitionId": role_id(&place, role),
            "scope": place, "condition": condition,
        },
    })
}

fn role_id(place: &str, role: &str) -> String {
    let found = BUILT_IN_ROLES.iter().find(|known| known.name == role);
    let id = found.unwrap_or_else(|| panic!("no role {role}")).id;
    let subscription = id::subscription_of(place).unwrap_or_default();
    format!("/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{id}")
}

/// The place of a dotted path; objects on the way are made, positions in lists must be there.
fn place<'v>(body: &'v mut Value, path: &str) -> &'v mut Value {
    let mut at = body;
    for part in path.split('.') {
        at = match part.parse::<usize>() {
            Ok(position) if at.is_array() => &mut at[position],
            _ => {
                if !at.is_object() {
                    *at = json!({});
                }
                at.as_object_mut().expect("an object").entry(part).or_insert(Value::Null)
            }
        };
    }
    at
}
