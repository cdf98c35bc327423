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

/// What entries are compiled from.
#[derive(Clone, Copy)]
pub(super) struct Chunks<'a> {
    pub loaded: &'a Loaded,
    pub guarded: &'a Guarded,
    pub data: &'a Value,
    pub hosted: &'a [Hosted],
}

/// The programs that are done, and where the entries went.
#[derive(Default)]
pub(super) struct Compiled {
    programs: Vec<Chunk>,
    /// Where each entry is.
    places: Vec<(usize, Place)>,
}

enum Place {
    /// The program, and the entry's first entry point there.
    Program(usize, usize),
    /// With the interpreter, and why.
    Interpreter(String),
}

impl Compiled {
    /// Adds the programs to those of other entries, and tells the entries.
    pub fn hand_over(self, hosted: &mut [Hosted], done: &mut Vec<Chunk>) {
        for (entry, place) in self.places {
            match place {
                Place::Program(program, first) => {
                    for (at, asked) in hosted[entry].questions.iter_mut().enumerate() {
                        asked.slot = Some((done.len() + program, first + at));
                    }
                }
                Place::Interpreter(reason) => hosted[entry].fall_back(reason),
            }
        }
        done.extend(self.programs);
    }
}

impl Chunks<'_> {
    /// Whether single calls of an entry may take long.
    fn is_slow(&self, entry: usize) -> bool {
        self.reached(entry).into_iter().any(|group| self.loaded.slow[group])
    }

    /// Compiles the entries that the machine may run, those of which single calls may take long or the others.
    pub fn split(&self, slow: bool) -> Compiled {
        let entries = (0..self.hosted.len())
            .filter(|entry| self.hosted[*entry].is_machine() && self.is_slow(*entry) == slow);
        let mut compiled = Compiled::default();
        let mut open = Vec::new();
        let mut modules = BTreeSet::new();
        let mut points = 0;
        for entry in entries {
            let needed = self.modules(entry);
            let count = self.hosted[entry].questions.len();
            if points + count > MAX_ENTRY_POINTS || modules.union(&needed).count() > MAX_MODULES {
                self.close(&std::mem::take(&mut open), slow, &mut compiled);
                modules.clear();
                points = 0;
            }
            open.push(entry);
            modules.extend(needed);
            points += count;
        }
        self.close(&open, slow, &mut compiled);
        compiled
    }

    fn close(&self, entries: &[usize], slow: bool, compiled: &mut Compiled) {
        if entries.is_empty() {
            return;
        }
        match self.compile(entries) {
            Ok(program) => {
                let mut point = 0;
                for entry in entries {
                    compiled.places.push((*entry, Place::Program(compiled.programs.len(), point)));
                    point += self.hosted[*entry].questions.len();
                }
                compiled.programs.push(Chunk { program, slow });
            }
            Err(reason) => {
                if let [only] = entries {
                    compiled.places.push((*only, Place::Interpreter(reason)));
                    return;
                }
                let (left, right) = entries.split_at(entries.len() / 2);
                self.close(left, slow, compiled);
                self.close(right, slow, compiled);
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

    /// Whether the programs have every module, so that a defect in any of them shows.
    pub fn reach_every_module(&self) -> bool {
        let reached = (0..self.hosted.len()).flat_map(|entry| self.modules(entry));
        reached.collect::<BTreeSet<_>>().len() == self.loaded.catalog.modules.len()
    }

    fn modules(&self, entry: usize) -> BTreeSet<usize> {
        let groups = self.reached(entry).into_iter();
        let definitions = groups.flat_map(|group| &self.loaded.catalog.groups[group].definitions);
        definitions.map(|definition| definition.module).collect()
    }
}
