//! Scripts that resources run: provisioners, and the deployment scripts of azurerm.

use std::rc::Rc;
use std::sync::Arc;

use super::super::syntax::{Block, Expression, Node};
use super::expand::Expansion;
use super::{Binding, Evaluator, Scope};
use crate::code::embedded::{EmbeddedScript, Interpreter, Piece};
use crate::code::value::{Content, Place, Value};

const DEPLOYMENT_SCRIPT: &str = "azurerm_resource_deployment_script_";

/// Whether a resource may run scripts.
pub(super) fn runs_scripts(block: &Block) -> bool {
    block.label(0).starts_with(DEPLOYMENT_SCRIPT)
        || block.body.blocks.iter().any(|inner| &*inner.kind == "provisioner")
}

impl<'p> Evaluator<'p> {
    /// The scripts that an instance of a resource runs: the instance by its module, its position there, and its own.
    pub(super) fn scripts(
        &mut self,
        block: &'p Block,
        (module, position, expansion, number): (usize, usize, &Rc<Expansion>, usize),
        scripts: &mut Vec<EmbeddedScript>,
    ) {
        let Some(item) = expansion.items.get(number) else { return };
        let value = self.view(module, false, position, expansion, number, block.header);
        let own = Binding { name: "self", value, outer: None };
        let scope =
            Scope { module, repeat: Some(&item.repeat), names: Some(&own), variables: None };
        let script = self.provisioners(block, &item.address, &scope, scripts);
        let Some(kind) = block.label(0).strip_prefix(DEPLOYMENT_SCRIPT) else { return };
        let Some(content) = block.body.attribute("script_content") else { return };
        let interpreter = match kind {
            "azure_power_shell" => Interpreter::PowerShell,
            _ => Interpreter::Shell,
        };
        let pieces = self.script_pieces(&content.value, &scope);
        let variables = block.body.blocks_of("environment_variable").filter_map(|variable| {
            let text = |name| variable.body.attribute(name).map(|given| &given.value);
            Some((text("name")?, text("value").or_else(|| text("secure_value"))?))
        });
        let variables: Vec<_> = variables.collect();
        let mut environment = Vec::new();
        for (name, value) in variables {
            if let Some(name) = self.value(name, &scope).as_text() {
                environment.push((Arc::from(name), self.value(value, &scope)));
            }
        }
        scripts.push(EmbeddedScript { interpreter, pieces, environment, ..script });
    }

    /// The scripts that a `removed` block runs when what it names is destroyed.
    pub(super) fn removed_scripts(
        &mut self,
        block: &'p Block,
        module: usize,
        from: Option<&str>,
        scripts: &mut Vec<EmbeddedScript>,
    ) {
        let address = format!("{}{}", self.instance(module).prefix, from.unwrap_or("removed"));
        self.provisioners(block, &Arc::from(address), &Scope::of(module), scripts);
    }

    /// The scripts of the provisioners in a block; answers what others of it have in common.
    fn provisioners(
        &mut self,
        block: &'p Block,
        address: &Arc<str>,
        scope: &Scope<'_>,
        scripts: &mut Vec<EmbeddedScript>,
    ) -> EmbeddedScript {
        let script = EmbeddedScript {
            address: Arc::clone(address),
            header: block.header,
            place: block.header,
            on_destroy: false,
            interpreter: Interpreter::Shell,
            pieces: Vec::new(),
            environment: Vec::new(),
        };
        for provisioner in block.body.blocks_of("provisioner") {
            scripts.extend(self.provisioned(provisioner, scope, script.clone()));
        }
        script
    }

    /// What a provisioner runs; nothing if it runs no script that stands in the code
    /// (<https://developer.hashicorp.com/terraform/language/resources/provisioners/syntax>).
    fn provisioned(
        &mut self,
        block: &'p Block,
        scope: &Scope<'_>,
        script: EmbeddedScript,
    ) -> Option<EmbeddedScript> {
        let when = block.body.attribute("when").and_then(|when| when.value.as_path());
        let on_destroy = when.as_deref() == Some("destroy");
        let script = EmbeddedScript { place: block.header, on_destroy, ..script };
        if block.label(0) == "remote-exec" {
            let pieces = self.lines(&block.body.attribute("inline")?.value, scope);
            return Some(EmbeddedScript { pieces, ..script });
        }
        if block.label(0) != "local-exec" {
            return None;
        }
        let pieces = self.script_pieces(&block.body.attribute("command")?.value, scope);
        let given = block.body.attribute("interpreter").map(|it| self.value(&it.value, scope));
        let interpreter =
            given.filter(|given| !given.is_null()).map_or(Interpreter::Shell, Interpreter::Given);
        let variables = block.body.attribute("environment").map(|it| self.value(&it.value, scope));
        let variables = variables.as_ref().and_then(Value::as_map);
        let environment = variables.map_or_else(Vec::new, |variables| {
            let members = variables.members().iter();
            members.map(|member| (Arc::clone(&member.key), member.value.clone())).collect()
        });
        Some(EmbeddedScript { interpreter, pieces, environment, ..script })
    }

    fn script_pieces(&mut self, source: &'p Expression, scope: &Scope<'_>) -> Vec<Piece> {
        let pieces = self.pieces(source, scope).into_iter();
        pieces.map(|value| Piece { value, whole: source.place }).collect()
    }

    /// A list of commands, one on a line.
    fn lines(&mut self, source: &'p Expression, scope: &Scope<'_>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        if let Node::List(items) = &source.node {
            for item in items {
                pieces.extend(self.script_pieces(item, scope));
                pieces.push(line_end(item.place));
            }
            return pieces;
        }
        let value = self.value(source, scope);
        let Content::List(items) = &value.content else {
            return vec![Piece { value, whole: source.place }];
        };
        for item in items.iter() {
            pieces.push(Piece { value: item.clone().at(source.place), whole: source.place });
            pieces.push(line_end(source.place));
        }
        pieces
    }
}

fn line_end(after: Place) -> Piece {
    let place = Place { start: after.end, ..after };
    Piece { value: Value::text("\n", place), whole: after }
}
