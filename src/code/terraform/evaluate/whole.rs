//! Evaluates everything in a root: module calls, resources, providers, outputs.

use std::sync::Arc;

use super::super::diagnostic::DiagnosticKind;
use super::super::limits;
use super::super::result::{Change, Lifecycle, ResourceInstance, Root};
use super::super::syntax::{Block, Expression, Node};
use super::expand::Shape;
use super::provider::Providers;
use super::{Evaluator, Scope};
use crate::code::value::Content;

/// Evaluates the root and every module below it.
pub(super) fn everything(evaluator: &mut Evaluator<'_>) -> Root {
    let mut root = Root::default();
    let Some(first) = evaluator.instances.first() else { return root };
    root.directory.clone_from(&first.module.directory);
    let outputs = first.module.outputs.items();
    let mut providers = Providers::default();
    evaluator.all_providers(&mut providers);
    evaluator.locked(&mut root.requirements);
    evaluator.enter(0, &mut root, &mut providers);
    for (position, (name, block)) in outputs.iter().enumerate() {
        let value = evaluator.output(0, position, block.header);
        root.outputs.push((Arc::clone(name), value));
    }
    root.providers = providers.list;
    root.files = u32::try_from(evaluator.project.sources.files().len()).unwrap_or(u32::MAX);
    root.texts = std::mem::take(&mut evaluator.texts);
    root.encoded = std::mem::take(&mut evaluator.encoded);
    root.diagnostics = std::mem::take(&mut evaluator.diagnostics);
    root.steps = evaluator.steps;
    root
}

impl<'p> Evaluator<'p> {
    fn enter(&mut self, module: usize, root: &mut Root, providers: &mut Providers) {
        self.requirements(module, &mut root.requirements);
        let declared = self.instance(module).module;
        for data in [false, true] {
            let table = if data { &declared.data } else { &declared.resources };
            for (position, (_, block)) in table.items().iter().enumerate() {
                if &*block.kind != "ephemeral" {
                    self.resources(module, data, position, block, root, providers);
                }
            }
        }
        for block in &declared.changes {
            let change = self.change(module, block);
            if super::script::runs_scripts(block) {
                self.removed_scripts(block, module, change.from.as_deref(), &mut root.scripts);
            }
            root.changes.push(change);
        }
        for (position, (name, block)) in declared.calls.items().iter().enumerate() {
            let children = self.children(module, position);
            if let Some(unknown) = &children.opaque {
                let address = format!("{}module.{name}", self.instance(module).prefix);
                let told =
                    root.unknown_modules.iter().any(|(_, _, other)| other.detail == unknown.detail);
                let remote = unknown.cause == super::Cause::RemoteModule;
                if remote && !told {
                    self.tell(DiagnosticKind::RemoteModule, &unknown.detail, block.header);
                }
                root.unknown_modules.push((Arc::from(address), block.header, Arc::clone(unknown)));
            }
            for (_, child) in &children.items {
                self.enter(*child, root, providers);
            }
        }
    }

    fn resources(
        &mut self,
        module: usize,
        data: bool,
        position: usize,
        block: &'p Block,
        root: &mut Root,
        providers: &mut Providers,
    ) {
        let expansion = self.expansion(module, data, position);
        if expansion.items.is_empty() {
            return;
        }
        if root.instances.len() + expansion.items.len() > limits::RESOURCES {
            self.limit(block.header, "more resource instances than are read");
            return;
        }
        let (provider_name, provider) = self.provider_of(module, block, providers);
        let doubt = match (&self.instance(module).doubt, &expansion.shape) {
            (Some(doubt), _) | (None, Shape::Unknown(doubt)) => Some(Arc::clone(doubt)),
            _ => None,
        };
        let (kind, name) = match block.labels.as_slice() {
            [(kind, _), (name, _), ..] => (Arc::clone(kind), Arc::clone(name)),
            [(kind, _)] => (Arc::clone(kind), Arc::from("")),
            [] => (Arc::from(""), Arc::from("")),
        };
        let runs_scripts = !data && super::script::runs_scripts(block);
        for (number, item) in expansion.items.iter().enumerate() {
            let body = self.instance_body(module, data, position, &expansion, number);
            let scope = Scope { module, repeat: Some(&item.repeat), names: None, variables: None };
            let lifecycle = self.lifecycle(block, &scope);
            root.instances.push(ResourceInstance {
                address: Arc::clone(&item.address),
                is_data: data,
                kind: Arc::clone(&kind),
                name: Arc::clone(&name),
                key: item.key.clone(),
                provider,
                provider_name: Arc::clone(&provider_name),
                body,
                header: block.header,
                place: block.place,
                modules: Arc::clone(&self.instance(module).steps),
                doubt: doubt.clone(),
                lifecycle,
            });
            if runs_scripts {
                let instance = (module, position, &expansion, number);
                self.scripts(block, instance, &mut root.scripts);
            }
        }
    }

    fn lifecycle(&mut self, block: &'p Block, scope: &Scope<'_>) -> Lifecycle {
        let Some(found) = block.body.blocks_of("lifecycle").next() else {
            return Lifecycle::default();
        };
        let mut value = |name: &str| {
            let attribute = found.body.attribute(name)?;
            Some(self.value(&attribute.value, scope))
        };
        Lifecycle {
            header: Some(found.header),
            prevent_destroy: value("prevent_destroy"),
            create_before_destroy: value("create_before_destroy"),
            ignore_changes: found
                .body
                .attribute("ignore_changes")
                .map(|attribute| paths(&attribute.value))
                .unwrap_or_default(),
        }
    }

    fn change(&mut self, module: usize, block: &'p Block) -> Change {
        let path =
            |name: &str| block.body.attribute(name).and_then(|attribute| written(&attribute.value));
        let lifecycle = block.body.blocks_of("lifecycle").next();
        let destroy = lifecycle.and_then(|found| found.body.attribute("destroy"));
        let destroy = destroy.and_then(|destroy| {
            match self.value(&destroy.value, &Scope::of(module)).content {
                Content::Bool(destroy) => Some(destroy),
                _ => None,
            }
        });
        Change {
            kind: Arc::clone(&block.kind),
            from: path("from"),
            to: path("to"),
            destroy,
            module: Arc::clone(&self.instance(module).prefix),
            header: block.header,
        }
    }
}

fn paths(expression: &Expression) -> Vec<String> {
    match &expression.node {
        Node::List(items) => items.iter().filter_map(written).collect(),
        _ => written(expression).into_iter().collect(),
    }
}

/// A path with its plain indexes, as it is written.
fn written(expression: &Expression) -> Option<String> {
    use super::super::syntax::Step;
    if let Some(path) = expression.as_path() {
        return Some(path);
    }
    let Node::Traversal(traversal) = &expression.node else { return None };
    let mut path = traversal.base.as_path()?;
    for step in &traversal.steps {
        match step {
            Step::Attribute(name, _) => {
                path.push('.');
                path.push_str(name);
            }
            Step::Index(index) => match &super::input::literal(index).content {
                Content::Text(key) => path.extend(["[", &format!("{key:?}"), "]"]),
                Content::Number(number) => {
                    path.extend(["[", &super::super::number::write(*number), "]"]);
                }
                _ => return None,
            },
            _ => return None,
        }
    }
    Some(path)
}
