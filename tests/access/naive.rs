//! A second implementation of effective permissions, straight from the documented semantics: it asks
//! about one principal, one action and one scope at a time, and keeps nothing but what it has said of
//! single principals and groups before.
//!
//! It reads the JSON of a snapshot itself and shares no code with the product.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

/// How surely somebody holds an action, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    Possible,
    Conditional,
    Eligible,
    Allowed,
}

/// Yes, perhaps or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    Perhaps,
    No,
}

pub struct Naive {
    /// In lower case, all of it: names and ids compare without case.
    resources: Vec<Value>,
    collections: Vec<Value>,
    /// RFC 3339 in UTC, all of one form, so that texts compare as times.
    now: String,
    kinds: Memo<String>,
    unresolved: Memo<bool>,
    parents: Memo<BTreeSet<String>>,
    groups: Memo<BTreeSet<String>>,
    covered: Memo<BTreeSet<String>>,
}

/// What was said before.
type Memo<T> = RefCell<BTreeMap<String, Rc<T>>>;

fn memo<T>(memo: &Memo<T>, key: &str, find: impl FnOnce() -> T) -> Rc<T> {
    if let Some(known) = memo.borrow().get(key) {
        return Rc::clone(known);
    }
    let found = Rc::new(find());
    memo.borrow_mut().insert(key.to_owned(), Rc::clone(&found));
    found
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn tail(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

fn lowered(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.to_lowercase()),
        Value::Array(list) => list.iter().map(lowered).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), lowered(value))).collect()
        }
        other => other.clone(),
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

impl Naive {
    pub fn new(snapshot: &Value, now: &str) -> Self {
        let snapshot = lowered(snapshot);
        Self {
            resources: list(&snapshot["resources"]),
            collections: list(&snapshot["collections"]),
            now: now.to_lowercase(),
            kinds: Memo::default(),
            unresolved: Memo::default(),
            parents: Memo::default(),
            groups: Memo::default(),
            covered: Memo::default(),
        }
    }

    fn all(&self, kind: &str) -> Vec<&Value> {
        self.resources.iter().filter(|body| text(&body["type"]).ends_with(kind)).collect()
    }

    /// How surely a principal holds an action at a scope.
    pub fn strength(&self, principal: &str, action: &str, scope: &str) -> Option<Strength> {
        let mut best = None;
        for assignment in self.all("/roleassignments") {
            let given = self.given(assignment, false, principal, action, scope);
            if given > best && !self.is_over(assignment) {
                best = given;
            }
        }
        for instance in self.all("/roleassignmentscheduleinstances") {
            let stands_for =
                self.all("/roleassignments").into_iter().any(|a| self.stands_for(instance, a));
            if self.is_current(instance) && !stands_for {
                best = best.max(self.given(instance, false, principal, action, scope));
            }
        }
        for instance in self.all("/roleeligibilityscheduleinstances") {
            if self.is_current(instance) {
                best = best.max(self.given(instance, true, principal, action, scope));
            }
        }
        self.undenied(best?, principal, action, scope)
    }

    /// What the denials leave of an action that some role gives to a principal.
    pub fn undenied(
        &self,
        mut best: Strength,
        principal: &str,
        action: &str,
        scope: &str,
    ) -> Option<Strength> {
        for deny in self.all("/denyassignments") {
            match self.denied(deny, principal, action, scope) {
                (Answer::No, _) => {}
                (Answer::Yes, false) => return None,
                (Answer::Yes, true) => best = best.min(Strength::Conditional),
                (Answer::Perhaps, _) => best = Strength::Possible,
            }
        }
        Some(best)
    }

    /// How surely a principal can write a role assignment that reaches a scope: there, anywhere above, or
    /// at the root after raising itself.
    pub fn can_grant(&self, principal: &str, scope: &str) -> Option<Strength> {
        const GRANT: &str = "microsoft.authorization/roleassignments/write";
        const ELEVATE: &str = "microsoft.authorization/elevateaccess/action";
        let segments: Vec<&str> = scope.split('/').collect();
        let mut above: Vec<String> = [3, 5, 9, 11, 13, 15, 17]
            .into_iter()
            .filter(|count| scope.starts_with("/subscriptions/") && *count <= segments.len())
            .map(|count| segments[..count].join("/"))
            .collect();
        let groups = ["m0", "m1", "m2"]
            .map(|name| format!("/providers/microsoft.management/managementgroups/{name}"));
        above.extend(groups.into_iter().filter(|group| self.is_above(group, scope) == Answer::Yes));
        above.push("/".to_owned());
        let at = |at: &String| self.strength(principal, GRANT, at);
        above.iter().map(at).max().flatten().max(self.strength(principal, ELEVATE, "/"))
    }

    fn is_current(&self, instance: &Value) -> bool {
        let (start, end) = (
            text(&instance["properties"]["startDateTime"]),
            text(&instance["properties"]["endDateTime"]),
        );
        let now = self.now.as_str();
        start <= now && (end.is_empty() || end > now)
    }

    /// Whether every schedule that stands for an assignment is over or still to come.
    fn is_over(&self, assignment: &Value) -> bool {
        let mine: Vec<_> = (self.all("/roleassignmentscheduleinstances").into_iter())
            .filter(|instance| self.stands_for(instance, assignment))
            .collect();
        !mine.is_empty() && !mine.iter().any(|instance| self.is_current(instance))
    }

    /// Whether a schedule stands for a role assignment: by its origin, or else because it says the same.
    fn stands_for(&self, instance: &Value, assignment: &Value) -> bool {
        let (one, other) = (&instance["properties"], &assignment["properties"]);
        let origin = text(&one["originRoleAssignmentId"]);
        if self.all("/roleassignments").iter().any(|known| text(&known["id"]) == origin) {
            return origin == text(&assignment["id"]);
        }
        text(&one["principalId"]) == text(&other["principalId"])
            && tail(text(&one["roleDefinitionId"])) == tail(text(&other["roleDefinitionId"]))
            && text(&one["scope"]) == text(&other["scope"])
    }

    /// What one assignment gives.
    fn given(
        &self,
        assignment: &Value,
        eligible: bool,
        principal: &str,
        action: &str,
        scope: &str,
    ) -> Option<Strength> {
        let properties = &assignment["properties"];
        if !self.acts_for(principal, text(&properties["principalId"])) {
            return None;
        }
        let reach = self.is_above(text(&properties["scope"]), scope);
        let role = self.role_grants(text(&properties["roleDefinitionId"]), action)?;
        let conditional = !text(&properties["condition"]).trim().is_empty();
        match reach {
            Answer::No => None,
            Answer::Perhaps => Some(Strength::Possible),
            Answer::Yes => {
                let most = match (conditional, eligible) {
                    (true, _) => Strength::Conditional,
                    (false, true) => Strength::Eligible,
                    (false, false) => Strength::Allowed,
                };
                Some(role.min(most))
            }
        }
    }

    /// What the definitions of a role say of an action: `Allowed`, `Conditional`, `Possible` or nothing.
    fn role_grants(&self, role: &str, action: &str) -> Option<Strength> {
        let named = self.all("/roledefinitions").into_iter().filter(|definition| {
            tail(text(&definition["id"])) == tail(role)
                && definition["properties"]["permissions"].is_array()
        });
        let answers: Vec<Option<Strength>> = named
            .map(|definition| blocks(&definition["properties"]["permissions"], action))
            .collect();
        if answers.is_empty() {
            return Some(Strength::Possible);
        }
        let least = answers.iter().flatten().min().copied()?;
        Some(if answers.iter().any(Option::is_none) { Strength::Possible } else { least })
    }

    /// Whether a scope is above another, or the same.
    fn is_above(&self, above: &str, scope: &str) -> Answer {
        let (above, scope) = (above.trim_end_matches('/'), scope.trim_end_matches('/'));
        if scope == above || scope.starts_with(&format!("{above}/")) {
            return Answer::Yes;
        }
        if !above.starts_with("/providers/microsoft.management/managementgroups/") {
            return Answer::No;
        }
        let start = if scope.starts_with("/subscriptions/") {
            scope.split('/').take(3).collect::<Vec<_>>().join("/")
        } else if scope.starts_with("/providers/microsoft.management/") {
            scope.to_owned()
        } else {
            return Answer::No;
        };
        let (chain, whole) = self.climb(&start);
        if chain.iter().any(|group| group == above) {
            return Answer::Yes;
        }
        // A group that is known to lie below the highest known one cannot be above it.
        let top = chain.last().expect("the start at least");
        let is_below = self.climb(above).0.contains(top);
        if whole || is_below { Answer::No } else { Answer::Perhaps }
    }

    /// What is above a subscription or group, itself first, and whether that is all.
    fn climb(&self, start: &str) -> (Vec<String>, bool) {
        let mut chain = vec![start.to_owned()];
        loop {
            let at = chain.last().expect("not empty");
            let parents = self.parents(at);
            let parents: Vec<&String> = parents.iter().collect();
            match parents.as_slice() {
                [parent] if parent.is_empty() => return (chain, true),
                [parent] if !self.is_in_circle(at) => chain.push((*parent).clone()),
                _ => return (chain, false),
            }
        }
    }

    /// Whether something is said to be above itself. Nobody believes that.
    fn is_in_circle(&self, start: &str) -> bool {
        let mut at = start.to_owned();
        for _ in 0..10 {
            let parents = self.parents(&at);
            match parents.iter().collect::<Vec<_>>().as_slice() {
                [parent] if !parent.is_empty() => at = (*parent).clone(),
                _ => return false,
            }
            if at == start {
                return true;
            }
        }
        false
    }

    /// Every parent that any body names; an empty text says that there is none.
    fn parents(&self, child: &str) -> Rc<BTreeSet<String>> {
        memo(&self.parents, child, || self.find_parents(child))
    }

    fn find_parents(&self, child: &str) -> BTreeSet<String> {
        let group = |name: &Value| {
            format!("/providers/microsoft.management/managementgroups/{}", text(name))
        };
        let mut parents = BTreeSet::new();
        for body in &self.resources {
            let (id, kind) = (text(&body["id"]).to_owned(), text(&body["type"]));
            let properties = &body["properties"];
            let block = match kind {
                "microsoft.management/managementgroups" => &properties["details"],
                "microsoft.resources/subscriptions" => properties,
                _ => continue,
            };
            if let Some(children) = properties["children"].as_array()
                && children.iter().any(|found| text(&found["id"]) == child)
            {
                parents.insert(id.clone());
            }
            if let Some(ancestors) = block["managementGroupAncestorsChain"].as_array() {
                let mut line = vec![id];
                line.extend(ancestors.iter().map(|ancestor| group(&ancestor["name"])));
                line.push(String::new());
                for pair in line.windows(2) {
                    if pair[0] == child {
                        parents.insert(pair[1].clone());
                    }
                }
            } else if id == child {
                let parent = text(&block["parent"]["id"]).to_owned();
                let is_root = kind.ends_with("managementgroups") && block.is_object();
                if is_root || !parent.is_empty() {
                    parents.insert(parent);
                }
            }
        }
        parents
    }

    fn object(&self, id: &str) -> Option<&Value> {
        let resources = &self.resources;
        resources.iter().find(|body| body["@odata.type"].is_string() && text(&body["id"]) == id)
    }

    /// The members of a group, if anybody listed them.
    fn members(&self, id: &str) -> Option<Vec<&Value>> {
        let object = self.object(id)?;
        let list = object["transitiveMembers"].as_array().or(object["members"].as_array())?;
        Some(
            list.iter()
                .filter(|member| text(&member["@odata.type"]) != "#microsoft.graph.device")
                .collect(),
        )
    }

    fn is_whole(&self, id: &str) -> bool {
        let link = |name: &str| self.object(id).is_some_and(|object| object[name].is_string());
        self.members(id).is_some() && !link("members@odata.nextLink")
    }

    /// User, group or service principal, by the directory, by a group's list, or by an assignment.
    fn kind(&self, id: &str) -> Rc<String> {
        memo(&self.kinds, id, || self.find_kind(id))
    }

    fn find_kind(&self, id: &str) -> String {
        if let Some(object) = self.object(id) {
            return text(&object["@odata.type"]).replace("#microsoft.graph.", "");
        }
        let resources = &self.resources;
        let lists = ["members", "transitiveMembers"];
        for body in resources {
            for member in lists.iter().filter_map(|list| body[list].as_array()).flatten() {
                if text(&member["id"]) == id && member["@odata.type"].is_string() {
                    return text(&member["@odata.type"]).replace("#microsoft.graph.", "");
                }
            }
        }
        for body in resources {
            let properties = &body["properties"];
            let stated = text(&properties["principalType"]);
            if text(&properties["principalId"]) == id && !stated.is_empty() {
                return stated.to_owned();
            }
            for entry in ["principals", "excludePrincipals"]
                .iter()
                .filter_map(|list| properties[list].as_array())
                .flatten()
            {
                if text(&entry["id"]) == id && entry["type"].is_string() {
                    return text(&entry["type"]).to_owned();
                }
            }
        }
        String::new()
    }

    fn is_in_some_group(&self, id: &str) -> bool {
        let resources = &self.resources;
        let lists = ["members", "transitiveMembers"];
        let mut members = resources
            .iter()
            .flat_map(|body| lists.iter().filter_map(|list| body[list].as_array()).flatten());
        members.any(|member| text(&member["id"]) == id)
    }

    /// Whether nobody knows who or what is behind it.
    fn is_unresolved(&self, id: &str) -> bool {
        *memo(&self.unresolved, id, || self.find_unresolved(id))
    }

    fn find_unresolved(&self, id: &str) -> bool {
        let was_read = |kind: &str| {
            self.collections.iter().any(|list| {
                list["scope"] == "/" && text(&list["kind"]) == format!("microsoft.graph.{kind}")
            })
        };
        let known = self.object(id).is_some() || self.is_in_some_group(id);
        match self.kind(id).as_str() {
            "group" => (known || !was_read("group")) && !self.is_whole(id),
            "user" | "serviceprincipal" => false,
            _ => known || !["user", "group", "serviceprincipal"].iter().all(|kind| was_read(kind)),
        }
    }

    fn is_group(&self, id: &str) -> bool {
        *self.kind(id) == "group" && (self.is_unresolved(id) || self.members(id).is_some())
    }

    /// A group and every group in it.
    fn groups_in(&self, group: &str) -> Rc<BTreeSet<String>> {
        memo(&self.groups, group, || self.find_groups(group))
    }

    fn find_groups(&self, group: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([group.to_owned()]);
        loop {
            let members = found.iter().filter_map(|at| self.members(at)).flatten();
            let more: Vec<String> = members
                .map(|member| text(&member["id"]).to_owned())
                .filter(|id| self.is_group(id) && !found.contains(id))
                .collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    /// Groups in it whose members a transitive list names anyway.
    fn covered(&self, group: &str) -> Rc<BTreeSet<String>> {
        memo(&self.covered, group, || self.find_covered(group))
    }

    fn find_covered(&self, group: &str) -> BTreeSet<String> {
        let mut covered = BTreeSet::new();
        for at in self.groups_in(group).iter() {
            let is_transitive =
                self.object(at).is_some_and(|object| object["transitiveMembers"].is_array());
            if is_transitive && !self.is_unresolved(at) {
                covered.extend(
                    self.members(at)
                        .into_iter()
                        .flatten()
                        .map(|member| text(&member["id"]).to_owned()),
                );
            }
        }
        covered
    }

    /// Whether a principal acts by what is assigned to another one: it is that, or behind it. A group acts
    /// only for members whom nobody could list.
    pub fn acts_for(&self, principal: &str, assigned: &str) -> bool {
        if !self.is_group(assigned) {
            return principal == assigned;
        }
        let groups = self.groups_in(assigned);
        if self.is_group(principal) {
            return groups.contains(principal)
                && self.is_unresolved(principal)
                && !self.covered(assigned).contains(principal);
        }
        groups
            .iter()
            .filter_map(|group| self.members(group))
            .flatten()
            .any(|member| text(&member["id"]) == principal)
    }

    /// Whether a denial takes an action from a principal at a scope, and whether a condition decides.
    fn denied(&self, deny: &Value, principal: &str, action: &str, scope: &str) -> (Answer, bool) {
        let properties = &deny["properties"];
        let Some(permissions) = properties["permissions"].as_array() else {
            panic!("the generator writes permissions");
        };
        let Some(strength) = blocks(&Value::Array(permissions.clone()), action) else {
            return (Answer::No, false);
        };
        let conditional =
            strength == Strength::Conditional || !text(&properties["condition"]).trim().is_empty();
        let at = text(&properties["scope"]);
        let mut reach = self.is_above(at, scope);
        let is_there = at.trim_end_matches('/') == scope.trim_end_matches('/');
        if properties["doNotApplyToChildScopes"] == true && !is_there {
            reach = Answer::No;
        }
        let among = self.among(&properties["principals"], principal);
        let spared = self.among(&properties["excludePrincipals"], principal);
        let answer = match (reach, among, spared) {
            (Answer::No, ..) | (_, Answer::No, _) | (_, _, Answer::Yes) => Answer::No,
            (Answer::Yes, Answer::Yes, Answer::No) => Answer::Yes,
            _ => Answer::Perhaps,
        };
        (answer, conditional)
    }

    /// Whether a principal is among those whom a list of a deny assignment names.
    fn among(&self, list: &Value, principal: &str) -> Answer {
        let empty = Vec::new();
        let named: Vec<String> = list
            .as_array()
            .unwrap_or(&empty)
            .iter()
            .map(|entry| text(&entry["id"]).to_owned())
            .collect();
        let mut unknown = false;
        for id in &named {
            if id == "00000000-0000-0000-0000-000000000000" || id == principal {
                return Answer::Yes;
            }
            if !self.is_group(id) {
                unknown |= self.is_unresolved(id);
                continue;
            }
            let groups = self.groups_in(id);
            let covered = self.covered(id);
            let members: BTreeSet<String> =
                (groups.iter().filter_map(|group| self.members(group)).flatten())
                    .map(|member| text(&member["id"]).to_owned())
                    .collect();
            if groups.contains(principal) || members.contains(principal) {
                return Answer::Yes;
            }
            unknown |= self.is_unresolved(id)
                || groups.iter().any(|group| self.is_unresolved(group) && !covered.contains(group))
                || members
                    .iter()
                    .any(|member| !self.is_group(member) && self.is_unresolved(member));
        }
        if unknown || self.is_unresolved(principal) && !named.is_empty() {
            Answer::Perhaps
        } else {
            Answer::No
        }
    }
}

/// Whether permission blocks have an action: in one whose `actions` match and whose own `notActions`
/// do not.
fn blocks(permissions: &Value, action: &str) -> Option<Strength> {
    let any = |list: &Value| {
        list.as_array().is_some_and(|list| list.iter().any(|pattern| glob(text(pattern), action)))
    };
    let having = permissions
        .as_array()?
        .iter()
        .filter(|block| any(&block["actions"]) && !any(&block["notActions"]));
    having
        .map(|block| {
            let is_conditional = !text(&block["condition"]).trim().is_empty();
            if is_conditional { Strength::Conditional } else { Strength::Allowed }
        })
        .max()
}

/// `*` stands for any text.
fn glob(pattern: &str, name: &str) -> bool {
    match pattern.split_at_checked(1) {
        None => name.is_empty(),
        Some(("*", rest)) => (0..=name.len()).any(|at| glob(rest, &name[at..])),
        Some((letter, rest)) => name.strip_prefix(letter).is_some_and(|name| glob(rest, name)),
    }
}
