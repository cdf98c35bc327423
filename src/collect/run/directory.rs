//! Those whom assignments name: groups with their members, people and applications.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::ask::Asking;
use super::{Run, fatal};
use crate::azure::{Failure, FailureKind, Get, Service};
use crate::collect::error::CollectError;
use crate::collect::gap;
use crate::collect::plan::topic::Topic;
use crate::snapshot::write::{Section, WriteError};

/// How many ids one filter may name
/// (<https://learn.microsoft.com/graph/filter-query-parameter>).
const IDS: usize = 15;

/// What says of which kind an object is.
const TYPE: &str = "@odata.type";

/// The most members on a page.
const MEMBERS: &str = "999";

/// What is asked of people and applications.
const OF_PERSON: &str = "id,displayName,userPrincipalName,accountEnabled,userType";
const OF_APPLICATION: &str = "id,displayName,appId,accountEnabled,servicePrincipalType";
const OF_GROUP: &str = "id,displayName";
const OF_MEMBER: &str =
    "id,displayName,userPrincipalName,accountEnabled,userType,appId,servicePrincipalType";

/// Object ids, by what assignments say they are.
#[derive(Debug, Default)]
struct Named {
    groups: BTreeSet<String>,
    people: BTreeSet<String>,
    applications: BTreeSet<String>,
}

impl Named {
    fn add(&mut self, id: Option<&Value>, kind: Option<&Value>) {
        let id = id.and_then(Value::as_str).and_then(crate::inventory::id::guid);
        let kind = kind.and_then(Value::as_str).unwrap_or_default();
        let list = match kind.to_ascii_lowercase().as_str() {
            "group" => &mut self.groups,
            "user" => &mut self.people,
            "serviceprincipal" => &mut self.applications,
            _ => return,
        };
        list.extend(id);
    }
}

/// What is written, by its id: somebody may be in many groups.
#[derive(Debug, Default)]
struct Objects {
    by_id: BTreeMap<String, Map<String, Value>>,
}

impl Objects {
    /// Adds an object of a kind, unless it is known.
    fn add(&mut self, kind: &str, mut body: Map<String, Value>) {
        let id = body.get("id").and_then(Value::as_str).map(str::to_ascii_lowercase);
        let Some(id) = id else { return };
        body.entry(TYPE).or_insert_with(|| json!(format!("#microsoft.graph.{kind}")));
        self.by_id.entry(id).or_insert(body);
    }

    /// Adds the members of a group: the group refers to them. Groups among them are no objects of their own,
    /// since one whose members nobody asked for says nothing.
    fn add_members(&mut self, group: &str, members: Vec<Map<String, Value>>) {
        let refer = |member: &Map<String, Value>| {
            let kept = [TYPE, "id"].into_iter();
            let kept = kept.filter_map(|key| Some((key.to_owned(), member.get(key)?.clone())));
            Value::Object(kept.collect())
        };
        let references: Vec<Value> = members.iter().map(refer).collect();
        for member in members {
            let kind = member.get(TYPE).and_then(Value::as_str).unwrap_or_default();
            if matches!(kind, "#microsoft.graph.user" | "#microsoft.graph.servicePrincipal") {
                self.add("user", member);
            }
        }
        if let Some(body) = self.by_id.get_mut(group) {
            body.insert("transitiveMembers".to_owned(), references.into());
        }
    }
}

impl Run<'_> {
    /// Asks Microsoft Graph for everybody whom assignments name.
    pub(super) async fn directory(&self, topic: &Topic) -> Result<(), CollectError> {
        let named = self.named()?;
        let call = topic.call();
        let mut section = self.writer.section(&self.question(topic, topic.name, None, &call))?;
        let mut refused = BTreeSet::new();
        let mut objects = Objects::default();
        let lists = [
            ("users", "user", &named.people, OF_PERSON),
            ("servicePrincipals", "servicePrincipal", &named.applications, OF_APPLICATION),
            ("groups", "group", &named.groups, OF_GROUP),
        ];
        for (list, kind, ids, select) in lists {
            let found =
                self.objects(&mut section, topic, (list, ids, select), &mut refused).await?;
            for body in found {
                objects.add(kind, body);
            }
        }
        for group in &named.groups {
            // One that no list shows was deleted, and has no members.
            let is_there = objects.by_id.contains_key(group);
            let members =
                self.members(&mut section, topic, (group, is_there), &mut refused).await?;
            objects.add("group", Map::from_iter([("id".to_owned(), json!(group))]));
            if let Some(members) = members {
                objects.add_members(group, members);
            }
        }
        for body in objects.by_id.values() {
            let text = serde_json::to_vec(body).unwrap_or_default();
            self.write(&mut section, topic, "/", &text)?;
        }
        self.finish(section, topic, None)
    }

    fn named(&self) -> Result<Named, WriteError> {
        let mut named = Named::default();
        for name in ["role-assignments", "role-eligibilities", "role-schedules"] {
            self.known().each(name, |body| {
                let of = |key: &str| body.pointer(&format!("/properties/{key}"));
                named.add(of("principalId"), of("principalType"));
            })?;
        }
        self.known().each("deny-assignments", |body| {
            for list in ["principals", "excludePrincipals"] {
                let list = body.pointer(&format!("/properties/{list}")).and_then(Value::as_array);
                for principal in list.into_iter().flatten() {
                    named.add(principal.get("id"), principal.get("type"));
                }
            }
        })?;
        Ok(named)
    }

    /// Objects by their ids; those that were deleted are missing.
    async fn objects(
        &self,
        section: &mut Section<'_>,
        topic: &Topic,
        (list, ids, select): (&'static str, &BTreeSet<String>, &str),
        refused: &mut BTreeSet<&'static str>,
    ) -> Result<Vec<Map<String, Value>>, CollectError> {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut found = Vec::new();
        for ids in ids.chunks(IDS) {
            let quoted: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
            let get = Get::directory(format!("/v1.0/{list}"))
                .with("$filter", &format!("id in ({})", quoted.join(",")))
                .with("$select", select);
            let Some(asking) =
                self.ask_directory(section, topic, (list, &get, true), refused).await?
            else {
                break;
            };
            found.extend(objects_of(&asking));
        }
        Ok(found)
    }

    /// The members of a group, and theirs; `None` if they cannot be read.
    async fn members(
        &self,
        section: &mut Section<'_>,
        topic: &Topic,
        (group, is_there): (&str, bool),
        refused: &mut BTreeSet<&'static str>,
    ) -> Result<Option<Vec<Map<String, Value>>>, CollectError> {
        let get = Get::directory(format!("/v1.0/groups/{group}/transitiveMembers"))
            .with("$select", OF_MEMBER)
            .with("$top", MEMBERS);
        let question = ("transitiveMembers", &get, is_there);
        let asking = self.ask_directory(section, topic, question, refused).await?;
        let whole = asking.filter(|asking| asking.failure.is_none());
        Ok(whole.map(|asking| objects_of(&asking).collect()))
    }

    /// Asks, unless the same sort of question was refused before: then every other one is, too.
    async fn ask_directory(
        &self,
        section: &mut Section<'_>,
        topic: &Topic,
        (sort, get, is_there): (&'static str, &Get, bool),
        refused: &mut BTreeSet<&'static str>,
    ) -> Result<Option<Asking>, CollectError> {
        if refused.contains(sort) {
            return Ok(None);
        }
        let asking = self.list(get).await;
        self.read(section, asking.rows.len(), asking.requests);
        let Some(failure) = &asking.failure else { return Ok(Some(asking)) };
        if let Some(error) = fatal(failure, Service::Directory) {
            return Err(error);
        }
        if is_of_all(failure) {
            refused.insert(sort);
        }
        if is_there || failure.kind != FailureKind::NotFound {
            let mut gap = gap::gap(topic, "/", failure);
            gap.message = format!("{}: {}", failure.path, gap.message);
            self.note(section, &gap);
        }
        Ok(Some(asking))
    }
}

/// Whether a failure is not about one object, but about all of them.
fn is_of_all(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Forbidden | FailureKind::Unauthorized | FailureKind::SignIn)
}

fn objects_of(asking: &Asking) -> impl Iterator<Item = Map<String, Value>> + '_ {
    asking.bodies().filter_map(|body| serde_json::from_slice(body).ok())
}
