//! The estate that is served: resources by id and by type, the tree above them, and what is kept
//! from the caller.

pub mod built_in;
pub mod directory;
pub mod hierarchy;
pub mod id;
mod load;
mod refusal;
pub mod resource;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hierarchy::Hierarchy;
pub use refusal::Refusal;
use resource::Resource;
use serde_json::Value;

/// What a world is made of.
#[derive(Default)]
pub struct Seed {
    /// The tenant; one of our own if empty.
    pub tenant: String,
    /// The time that it is there, RFC 3339; the machine's if empty.
    pub clock: String,
    /// ARM bodies and objects of Microsoft Graph.
    pub bodies: Vec<String>,
    /// What the caller may not read.
    pub refusals: Vec<Refusal>,
    /// Lists that are whole: scope and type. Nothing is added to them.
    pub whole: Vec<(String, String)>,
}

/// An estate.
pub struct World {
    /// The tenant's GUID.
    pub tenant: String,
    /// What time it is there.
    pub now: jiff::Timestamp,
    /// The management groups.
    pub hierarchy: Hierarchy,
    resources: Vec<Resource>,
    by_key: HashMap<String, usize>,
    by_kind: BTreeMap<String, Vec<usize>>,
    by_list: HashMap<String, Vec<usize>>,
    /// Everything that an id says is there, resources or not.
    implied: HashSet<String>,
    subscriptions: BTreeSet<String>,
    /// Objects of the directory by id, in the order read.
    pub directory: Vec<Value>,
    refusals: Vec<Refusal>,
    whole: HashSet<(String, String)>,
}

/// The tenant of an estate that names none.
const OUR_TENANT: &str = "5e3b1c2d-0f4a-4d6b-9c8e-7a6b5c4d3e2f";

impl From<Seed> for World {
    fn from(seed: Seed) -> Self {
        let tenant = Some(seed.tenant).filter(|tenant| !tenant.is_empty());
        let mut world = Self {
            tenant: tenant.unwrap_or_else(|| OUR_TENANT.to_owned()),
            now: seed.clock.parse().unwrap_or_else(|_| jiff::Timestamp::now()),
            hierarchy: Hierarchy::default(),
            resources: Vec::new(),
            by_key: HashMap::new(),
            by_kind: BTreeMap::new(),
            by_list: HashMap::new(),
            implied: HashSet::new(),
            subscriptions: BTreeSet::new(),
            directory: Vec::new(),
            refusals: seed.refusals,
            whole: HashSet::new(),
        };
        for (scope, kind) in seed.whole {
            if scope.contains("/managementGroups/") {
                world.hierarchy.mention(&scope);
            }
            world.whole.insert((id::key(&scope), id::kind_key(&kind)));
        }
        for body in seed.bodies {
            world.add(body);
        }
        world
    }
}

impl World {
    fn add(&mut self, body: String) {
        let Some(resource) = Resource::new(body.clone()) else {
            if let Ok(value) = serde_json::from_str::<Value>(&body)
                && value.get("id").is_some_and(Value::is_string)
            {
                self.directory.push(value);
            }
            return;
        };
        if self.by_key.contains_key(&resource.key) {
            return;
        }
        self.hierarchy.read(&resource);
        let at = self.resources.len();
        let mut part = Some(resource.key.as_str());
        while let Some(key) = part {
            if !self.implied.insert(key.to_owned()) {
                break;
            }
            part = id::parent_of(key);
        }
        if let Some(subscription) = id::subscription_of(&resource.key) {
            self.subscriptions.insert(subscription.to_owned());
        }
        self.by_key.insert(resource.key.clone(), at);
        self.by_kind.entry(resource.kind.clone()).or_default().push(at);
        self.by_list.entry(id::list_of(&resource.key).to_owned()).or_default().push(at);
        self.resources.push(resource);
    }

    /// Keeps more from the caller.
    pub fn refuse(&mut self, refusals: impl IntoIterator<Item = Refusal>) {
        self.refusals.extend(refusals);
    }

    /// Takes a resource out of the world.
    pub fn get(&self, key: &str) -> Option<&Resource> {
        self.by_key.get(key).map(|at| &self.resources[*at])
    }

    /// The resources of a type, in the order read.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Resource> {
        self.by_kind.get(kind).into_iter().flatten().map(|at| &self.resources[*at])
    }

    /// The resources whose ids are this list and a name.
    pub fn in_list(&self, list: &str) -> impl Iterator<Item = &Resource> {
        self.by_list.get(list).into_iter().flatten().map(|at| &self.resources[*at])
    }

    /// The types of which there is any.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.by_kind.keys().map(String::as_str)
    }

    /// Whether there is a resource with this key, or one below it.
    pub fn is_there(&self, key: &str) -> bool {
        self.implied.contains(key)
    }

    /// The subscriptions, in lower case.
    pub fn subscriptions(&self) -> impl Iterator<Item = &str> {
        self.subscriptions.iter().map(String::as_str)
    }

    /// The resource groups of a subscription, by key, also those that only ids name.
    pub fn resource_groups(&self, subscription: &str) -> Vec<&str> {
        let start = format!("/subscriptions/{subscription}/resourcegroups/");
        let is_one = |key: &&str| key.strip_prefix(&start).is_some_and(|name| !name.contains('/'));
        let mut found: Vec<&str> = self.implied.iter().map(String::as_str).filter(is_one).collect();
        found.sort_unstable();
        found
    }

    /// What keeps a kind at a scope from the caller.
    pub fn refusal(&self, key: &str, kind: &str) -> Option<&Refusal> {
        self.refusals.iter().find(|refusal| refusal.hides(key, kind))
    }

    /// Whether the caller may see this resource.
    pub fn shows(&self, resource: &Resource) -> bool {
        self.refusal(&resource.key, &resource.kind).is_none()
    }

    /// Whether the estate says that this list is whole.
    pub fn is_whole(&self, scope: &str, kind: &str) -> bool {
        self.whole.contains(&(scope.to_owned(), kind.to_owned()))
    }

    /// The scopes at which something counts at `key`: itself and all above it, the root last.
    pub fn scopes_above(&self, key: &str) -> Vec<String> {
        let mut scopes = vec![key.to_owned()];
        let mut at = key;
        while let Some(parent) = id::parent_of(at).filter(|parent| !parent.is_empty()) {
            scopes.push(parent.to_owned());
            at = parent;
        }
        scopes.extend(self.hierarchy.above(at));
        scopes.push(String::new());
        scopes.dedup();
        scopes
    }
}
