//! Compiles entries to bytecode, as many to a program as fit; those that do not compile go to the interpreter.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::{Engine, Value};

use super::diagnostic::Diagnostic;
use super::guarded::{Guarded, prepare};
use super::program::{Chunk, Hosted, Loaded};
use super::rewrite::Rewritten;

/// Entry points of one bytecode program; each takes one of its 255 registers.
const MAX_ENTRY_POINTS: usize = 128;
/// Modules of one program, of which it takes 256.
const MAX_MODULES: usize = 200;

/// The entries and the programs that are done.
pub(super) struct Chunks<'a> {
    pub loaded: &'a Loaded,
    pub guarded: &'a Guarded,
    pub data: &'a Value,
    pub hosted: Vec<Hosted>,
    pub done: Vec<Chunk>,
}

impl Chunks<'_> {
    /// Whether single calls of an entry may take long.
    pub fn is_slow(&self, entry: usize) -> bool {
        self.reached(entry).into_iter().any(|group| self.loaded.slow[group])
    }

    /// Compiles the entries that the machine may run.
    pub fn split(&mut self, entries: Vec<usize>, slow: bool) {
        let mut open = Vec::new();
        let mut modules = BTreeSet::new();
        let mut points = 0;
        for entry in
            entries.into_iter().filter(|entry| self.hosted[*entry].is_machine()).collect::<Vec<_>>()
        {
            let needed = self.modules(entry);
            let count = self.hosted[entry].questions.len();
            if points + count > MAX_ENTRY_POINTS || modules.union(&needed).count() > MAX_MODULES {
                self.close(&std::mem::take(&mut open), slow);
                modules.clear();
                points = 0;
            }
            open.push(entry);
            modules.extend(needed);
            points += count;
        }
        self.close(&open, slow);
    }

    fn close(&mut self, entries: &[usize], slow: bool) {
        if entries.is_empty() {
            return;
        }
        match self.compile(entries) {
            Ok(program) => {
                let mut point = 0;
                for entry in entries {
                    for asked in &mut self.hosted[*entry].questions {
                        asked.slot = Some((self.done.len(), point));
                        point += 1;
                    }
                }
                self.done.push(Chunk { program, slow });
            }
            Err(reason) => {
                if let [only] = entries {
                    self.hosted[*only].fall_back(reason);
                    return;
                }
                let (left, right) = entries.split_at(entries.len() / 2);
                self.close(left, slow);
                self.close(right, slow);
            }
        }
    }

    fn compile(&self, entries: &[usize]) -> Result<Arc<regorus::rvm::Program>, String> {
        let modules =
            entries.iter().flat_map(|entry| self.modules(*entry)).collect::<BTreeSet<_>>();
        let asked = entries.iter().flat_map(|entry| &self.hosted[*entry].questions);
        let paths = asked.map(|asked| asked.path.as_str()).collect::<Vec<_>>();
        let Some(first) = paths.first() else { return Err("no rule to ask".to_owned()) };
        let mut engine = Engine::new();
        engine.set_policy_length_config(self.loaded.length);
        engine.add_data(self.data.clone()).map_err(|error| error.to_string())?;
        // Only what the entries reach: a program counts every module of its engine.
        for module in modules {
            let Rewritten { text, code, .. } = &self.guarded.machine[module];
            let (name, code) = (text.name().to_owned(), code.clone());
            engine.add_policy(name, code).map_err(|error| error.to_string())?;
        }
        let compiled =
            prepare(&mut engine, first, &self.guarded.machine).map_err(|diagnostics| {
                diagnostics.first().map_or_else(String::new, Diagnostic::one_line)
            })?;
        match catch_unwind(AssertUnwindSafe(|| Compiler::compile_from_policy(&compiled, &paths))) {
            Ok(Ok(program)) => Ok(program),
            Ok(Err(error)) => Err(error.error.to_string()),
            Err(_) => Err("the bytecode compiler failed".to_owned()),
        }
    }

    fn reached(&self, entry: usize) -> BTreeSet<usize> {
        let asked = self.hosted[entry].questions.iter();
        let groups = asked.filter_map(|asked| self.loaded.catalog.find(&asked.fallback.path));
        groups.flat_map(|group| self.loaded.graph.reachable(group)).collect()
    }

    fn modules(&self, entry: usize) -> BTreeSet<usize> {
        let groups = self.reached(entry).into_iter();
        let definitions = groups.flat_map(|group| &self.loaded.catalog.groups[group].definitions);
        definitions.map(|definition| definition.module).collect()
    }
}
