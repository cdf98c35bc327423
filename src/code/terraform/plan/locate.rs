//! A plan beside the code that it was made of.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::super::result::{Provider, ResourceInstance, Root};
use super::{Plan, without_keys};
use crate::code::value::{Content, Map, Place, Value};

impl Plan {
    /// Gives each resource and each of its values the place where the code declares it, and what only the code says:
    /// the calls around it and its lifecycle. What only the plan has stands at the header of its resource. The file of the plan must be numbered after those of the project.
    pub fn locate(&mut self, code: &Root) {
        let places = Places::of(code);
        for instance in &mut self.root.instances {
            if let Some(found) = places.find(&instance.address) {
                instance.body = placed(&instance.body, Some(&found.body), found.header);
                instance.header = found.header;
                instance.place = found.place;
                instance.modules = Arc::clone(&found.modules);
                instance.lifecycle = found.lifecycle.clone();
            }
        }
    }

    /// Whether a plan was made of this code: they have a resource in common, or one of them has none.
    pub fn is_of(&self, code: &Root) -> bool {
        let managed = |root: &Root| root.instances.iter().any(|instance| !instance.is_data);
        let places = Places::of(code);
        let changes = || self.changes.iter().filter(|change| !change.is_data);
        !managed(code)
            || changes().next().is_none()
            || changes().any(|change| places.find(&change.address).is_some())
    }

    /// Makes one root of the plan and its code: of what both have the plan's values count, and the places of the code.
    /// `with_rest` adds what only the code has.
    pub fn join(&mut self, code: Root, with_rest: bool) {
        self.locate(&code);
        let places = Places::of(&code);
        for root in [&mut self.root, &mut self.before] {
            let own = std::mem::take(&mut root.providers);
            for instance in &mut root.instances {
                let found = places.find(&instance.address).and_then(|found| found.provider);
                let same = || same_provider(own.get(instance.provider?)?, &code.providers);
                instance.provider = found.or_else(same);
            }
        }
        let planned: HashSet<String> = self
            .changes
            .iter()
            .filter(|change| !change.is_data)
            .map(|change| without_keys(&change.address))
            .collect();
        let Root { directory, instances, providers, requirements, outputs, .. } = code;
        let rest = instances.into_iter().filter(|instance| {
            instance.is_data || with_rest && !planned.contains(&without_keys(&instance.address))
        });
        let known: HashSet<Arc<str>> =
            self.root.instances.iter().map(|instance| Arc::clone(&instance.address)).collect();
        self.root.instances.extend(rest.filter(|instance| !known.contains(&instance.address)));
        self.before.providers.clone_from(&providers);
        self.before.requirements.clone_from(&requirements);
        self.root.directory = directory;
        self.root.providers = providers;
        self.root.requirements = requirements;
        self.root.outputs = outputs;
        self.root.texts = code.texts;
        self.root.scripts = code.scripts;
        self.root.encoded = code.encoded;
        self.root.unknown_modules = code.unknown_modules;
        self.root.diagnostics.extend(code.diagnostics);
    }
}

/// A value of the plan where the code has it. How the code came to its own value says something only of an equal one.
fn placed(planned: &Value, code: Option<&Value>, header: Place) -> Value {
    let place = code.map_or(header, |code| code.place);
    // Of what the code leaves open as a whole, the parts stand where the whole does.
    let part = |found: Option<&Value>| match code {
        Some(code) if code.as_unknown().is_some() => Some(code.clone()),
        _ => found.cloned(),
    };
    let value = match &planned.content {
        Content::Map(map) => {
            let own = code.and_then(Value::as_map);
            let mut placed_map = Map::new();
            for member in map.members() {
                let found = own.and_then(|own| own.member(&member.key));
                let key_place = found.map_or(place, |found| found.key_place);
                let inner = part(found.map(|found| &found.value));
                let value = placed(&member.value, inner.as_ref(), header);
                placed_map.push(Arc::clone(&member.key), key_place, value);
            }
            Value::map(placed_map, place)
        }
        Content::List(items) => {
            let own = code.and_then(Value::as_list).filter(|own| own.len() == items.len());
            let items = items.iter().enumerate().map(|(at, item)| {
                let inner = part(own.and_then(|own| own.get(at)));
                placed(item, inner.as_ref().or(code), header)
            });
            Value::list(items.collect::<Vec<_>>(), place)
        }
        _ => {
            let via = code.filter(|code| code.same(planned) == Some(true));
            let via = via.and_then(|code| code.via.clone());
            return planned.clone().at(place).with_via(via);
        }
    };
    value.marked(planned.marks())
}

/// The position of the same configuration in the code.
fn same_provider(provider: &Provider, providers: &[Provider]) -> Option<usize> {
    let is_same = |other: &Provider| {
        (&other.name, &other.alias, &other.module)
            == (&provider.name, &provider.alias, &provider.module)
    };
    providers.iter().position(is_same)
}

/// Where the code declares what.
struct Places<'c> {
    declared: HashMap<&'c str, &'c ResourceInstance>,
    /// How many there are of these, only the plan knows.
    symbolic: HashMap<String, &'c ResourceInstance>,
}

impl<'c> Places<'c> {
    fn of(code: &'c Root) -> Self {
        let instances = code.instances.iter();
        let symbolic = instances.clone().filter(|found| found.address.contains("[*]"));
        Self {
            declared: instances.map(|found| (&*found.address, found)).collect(),
            symbolic: symbolic.map(|found| (without_keys(&found.address), found)).collect(),
        }
    }

    fn find(&self, address: &str) -> Option<&'c ResourceInstance> {
        let found = self.declared.get(address);
        found.or_else(|| self.symbolic.get(&without_keys(address))).copied()
    }
}
