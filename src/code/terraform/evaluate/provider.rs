//! Provider configurations, and which one a resource uses.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::result::{Provider, Requirement};
use super::super::syntax::{Block, Expression, Node};
use super::{Evaluator, Scope};
use crate::code::value::{Content, Value};

/// The provider configurations that were met so far, by module instance and position of the block.
#[derive(Default)]
pub(super) struct Providers {
    pub(super) list: Vec<Provider>,
    positions: HashMap<(usize, usize), usize>,
}

impl<'p> Evaluator<'p> {
    /// The name of the provider of a block, and its configuration if the code has one.
    pub(super) fn provider_of(
        &mut self,
        module: usize,
        block: &'p Block,
        providers: &mut Providers,
    ) -> (Arc<str>, Option<usize>) {
        let written = block.body.attribute("provider").and_then(|name| name.value.as_path());
        let kind = block.label(0);
        let path = written.unwrap_or_else(|| kind.split('_').next().unwrap_or(kind).to_owned());
        let (name, alias) = match path.split_once('.') {
            Some((name, alias)) => (name.to_owned(), Some(alias.to_owned())),
            None => (path, None),
        };
        let found = self.find_provider(module, &name, alias.as_deref());
        let position = found.map(|found| self.configuration(found, providers));
        (Arc::from(name), position)
    }

    /// Adds the configurations of the root, used or not.
    pub(super) fn all_providers(&mut self, providers: &mut Providers) {
        let count = self.instances.first().map_or(0, |root| root.module.providers.len());
        for position in 0..count {
            self.configuration((0, position), providers);
        }
    }

    fn find_provider(
        &self,
        mut module: usize,
        name: &str,
        alias: Option<&str>,
    ) -> Option<(usize, usize)> {
        let (mut name, mut alias) = (name.to_owned(), alias.map(str::to_owned));
        loop {
            let instance = self.instance(module);
            let position = instance.module.providers.iter().position(|block| {
                block.label(0) == name && alias_of(block).as_deref() == alias.as_deref()
            });
            if let Some(position) = position {
                return Some((module, position));
            }
            let (parent, call) = instance.parent?;
            let call = self.instance(parent).module.calls.get(call)?;
            let wanted = match &alias {
                Some(alias) => format!("{name}.{alias}"),
                None => name.clone(),
            };
            let passed = call.body.attribute("providers");
            match passed.and_then(|passed| passed_as(&passed.value, &wanted)) {
                Some(path) => {
                    (name, alias) = match path.split_once('.') {
                        Some((outer, tail)) => (outer.to_owned(), Some(tail.to_owned())),
                        None => (path, None),
                    };
                }
                // Aliases are passed by name or not at all; the default is inherited.
                None if alias.is_some() => return None,
                None => {}
            }
            module = parent;
        }
    }

    fn configuration(&mut self, found: (usize, usize), providers: &mut Providers) -> usize {
        if let Some(position) = providers.positions.get(&found) {
            return *position;
        }
        let (module, position) = found;
        let instance = self.instance(module);
        let prefix = Arc::clone(&instance.prefix);
        let declared = instance.module;
        if let Some(block) = declared.providers.get(position) {
            let body = self.body(&block.body, block.header, &Scope::of(module), false);
            providers.list.push(Provider {
                name: Arc::from(block.label(0)),
                alias: alias_of(block).map(Arc::from),
                module: prefix,
                body,
                header: block.header,
            });
        }
        let number = providers.list.len().saturating_sub(1);
        providers.positions.insert(found, number);
        number
    }

    /// The provider versions that a module asks for.
    pub(super) fn requirements(&mut self, module: usize, requirements: &mut Vec<Requirement>) {
        let instance = self.instance(module);
        let prefix = Arc::clone(&instance.prefix);
        let declared = instance.module;
        let blocks = declared
            .settings
            .iter()
            .flat_map(|settings| settings.body.blocks_of("required_providers"));
        for attribute in blocks.flat_map(|block| &block.body.attributes) {
            let value = super::input::literal(&attribute.value);
            let (source, version) = match &value.content {
                Content::Map(map) => (text(map.get("source")), text(map.get("version"))),
                Content::Text(version) => (None, Some(Arc::clone(version))),
                _ => (None, None),
            };
            requirements.push(Requirement {
                name: Arc::clone(&attribute.name),
                source,
                version: version.unwrap_or_else(|| Arc::from("")),
                locked: false,
                module: Arc::clone(&prefix),
                place: attribute.value.place,
            });
        }
        for block in &declared.providers {
            let Some(version) = block.body.attribute("version") else { continue };
            let Some(text) = version.value.as_text() else { continue };
            requirements.push(Requirement {
                name: Arc::from(block.label(0)),
                source: None,
                version: Arc::clone(text),
                locked: false,
                module: Arc::clone(&prefix),
                place: version.value.place,
            });
        }
    }

    /// The provider versions that the lock file of the root holds.
    pub(super) fn locked(&self, requirements: &mut Vec<Requirement>) {
        let Some(root) = self.instances.first() else { return };
        let inputs = self.project.inputs.get(&root.module.directory);
        let Some(lock) = inputs.and_then(|inputs| inputs.lock.as_ref()) else { return };
        for block in lock.blocks_of("provider") {
            let Some(version) = block.body.attribute("version") else { continue };
            let Some(text) = version.value.as_text() else { continue };
            let address = block.label(0);
            let source = address.split_once('/').map_or(address, |(_, source)| source);
            let name = source.rsplit('/').next().unwrap_or(source);
            requirements.push(Requirement {
                name: Arc::from(name),
                source: Some(Arc::from(source)),
                version: Arc::clone(text),
                locked: true,
                module: Arc::from(""),
                place: version.value.place,
            });
        }
    }
}

fn alias_of(block: &Block) -> Option<String> {
    block.body.attribute("alias")?.value.as_text().map(ToString::to_string)
}

fn text(value: Option<&Value>) -> Option<Arc<str>> {
    match &value?.content {
        Content::Text(text) => Some(Arc::clone(text)),
        _ => None,
    }
}

/// What `providers = { wanted = this }` passes.
fn passed_as(providers: &Expression, wanted: &str) -> Option<String> {
    let Node::Object(items) = &providers.node else { return None };
    let found = items.iter().find(|(key, _)| key.as_path().as_deref() == Some(wanted));
    found.and_then(|(_, value)| value.as_path())
}
