//! The texts that the engines get in place of the author's, and what they say about them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use regorus::{CompiledPolicy, Engine, Value};

use super::diagnostic::{Diagnostic, place};
use super::program::Loaded;
use super::rewrite::{Insertion, Rewritten};
use super::{scan, strict};

/// The modules as the engines get them.
pub(super) struct Guarded {
    /// For each group, why the bytecode machine must not run it.
    pub reasons: Vec<Option<&'static str>>,
    /// For each module, its text for the bytecode machine.
    pub machine: Vec<Rewritten>,
    /// For each module, its text for the interpreter.
    pub interpreter: Vec<Rewritten>,
}

impl Guarded {
    pub fn new(loaded: &Loaded, data: &Value) -> Self {
        let Loaded { texts, catalog, graph, .. } = loaded;
        let tokens = texts.iter().map(|text| scan::tokens(text.text())).collect::<Vec<_>>();
        let mut insertions = vec![Vec::new(); texts.len()];
        let mut reasons = Vec::with_capacity(catalog.groups.len());
        for (group, facts) in catalog.groups.iter().zip(&graph.facts) {
            let mut reason = None;
            for (definition, facts) in group.definitions.iter().zip(facts) {
                let module = definition.module;
                let code = texts[module].text();
                let (found, form) =
                    strict::insertions(catalog, definition, code, &tokens[module], data);
                let aliases = facts.aliases.iter().cloned();
                insertions[module].extend(aliases.map(|(at, text)| Insertion {
                    at,
                    text,
                    both: true,
                }));
                insertions[module].extend(found);
                reason = reason.or(form);
            }
            reasons.push(reason);
        }
        let both = |insertions: &Vec<Insertion>| {
            insertions.iter().filter(|insertion| insertion.both).cloned().collect::<Vec<_>>()
        };
        let interpreter = texts
            .iter()
            .zip(&insertions)
            .map(|(text, insertions)| Rewritten::new(text, both(insertions)))
            .collect();
        let machine = texts
            .iter()
            .zip(insertions)
            .map(|(text, insertions)| Rewritten::new(text, insertions))
            .collect();
        Self { reasons, machine, interpreter }
    }

    /// The interpreter with all modules, as they are if that will do.
    pub fn interpreter(&self, loaded: &Loaded) -> Result<Engine, Vec<Diagnostic>> {
        if !self.interpreter.iter().any(Rewritten::is_changed) {
            return Ok(loaded.engine.clone());
        }
        let mut engine = Engine::new();
        engine.set_policy_length_config(loaded.length);
        for (module, info) in self.interpreter.iter().zip(&loaded.catalog.modules) {
            engine.set_rego_v0(info.v0);
            let added = engine.add_policy(module.text.name().to_owned(), module.code.clone());
            added.map_err(|error| vec![defect(module, &error.to_string())])?;
        }
        engine.set_rego_v0(false);
        Ok(engine)
    }
}

/// What the engine says about a module, at the author's place.
pub(super) fn defect(module: &Rewritten, error: &str) -> Diagnostic {
    match place(error) {
        Some((_, line, column, message)) => {
            let (line, column) = module.place(line, column);
            module.text.line(line, column, message)
        }
        None => module.text.at(0, 0, error.trim()),
    }
}

/// Has the engine analyse all modules, which clones of it share.
pub(super) fn prepare(
    engine: &mut Engine,
    path: &str,
    modules: &[Rewritten],
) -> Result<CompiledPolicy, Vec<Diagnostic>> {
    let compiled = catch_unwind(AssertUnwindSafe(|| engine.compile_with_entrypoint(&path.into())));
    let error = match compiled {
        Ok(Ok(compiled)) => return Ok(compiled),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the engine failed to analyse the modules".to_owned(),
    };
    let file = place(&error).map(|(file, ..)| file.to_owned());
    let module = modules.iter().find(|module| Some(module.text.name()) == file.as_deref());
    Err(module.or(modules.first()).map(|module| defect(module, &error)).into_iter().collect())
}
