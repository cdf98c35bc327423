//! Gates and compiles a set of modules into a program that workers share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{Scope, ScopedJoinHandle};

use regorus::unstable::{Module, Ref};
use regorus::utils::limits::PolicyLengthConfig;
use regorus::{Engine, Value};

use super::answer::Question;
use super::catalog::Catalog;
use super::chunk::Chunks;
use super::diagnostic::{Diagnostic, Text};
use super::facts::{self, head_span};
use super::failure::Fallback;
use super::graph::{self, Graph};
use super::guarded::{Guarded, defect, prepare};
use super::rewrite::Rewritten;
use super::{
    Choice, EngineKind, Entry, Limits, Options, Own, Reads, Source, classify, gate, growth, reads,
};

/// A compiled set of modules. Cloning shares it.
#[derive(Clone)]
pub struct Program {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub options: Options,
    pub data: Value,
    /// Workers clone it.
    pub engine: Engine,
    /// Whether it is prepared for evaluation: it need not be where the machine runs every entry.
    pub is_prepared: bool,
    pub chunks: Vec<Chunk>,
    pub entries: Vec<Hosted>,
    pub guarded: Guarded,
}

/// A bytecode program.
pub(super) struct Chunk {
    pub program: Arc<regorus::rvm::Program>,
    /// Whether single instructions may take long, so that the clock is looked at before each.
    pub slow: bool,
}

/// An entry with what it answers.
pub(super) struct Hosted {
    pub id: String,
    pub choice: Choice,
    pub questions: Vec<Asked>,
    /// What each definition of its answers reads.
    pub reads: Vec<Reads>,
    /// What of every resource's own members it may read.
    pub own: Own,
}

/// A rule of an entry that the host evaluates.
pub(super) struct Asked {
    pub question: Question,
    pub path: String,
    /// The chunk and the entry point in it.
    pub slot: Option<(usize, usize)>,
    pub fallback: Fallback,
}

impl Program {
    /// Compiles modules; `data` is the document that policies see as `data`, beside their own rules.
    ///
    /// # Errors
    ///
    /// Every module that a gate or the engine refuses, with the place. A defect of a whole set of modules,
    /// such as recursion, is reported alone.
    ///
    /// # Panics
    ///
    /// When an entry names a module that is not among the sources.
    pub fn compile(
        sources: &[Source],
        entries: Vec<Entry>,
        data: Value,
        options: Options,
    ) -> Result<Self, Vec<Diagnostic>> {
        on_large_stack(|| Self::compile_here(sources, entries, data, options))
    }

    fn compile_here(
        sources: &[Source],
        entries: Vec<Entry>,
        data: Value,
        options: Options,
    ) -> Result<Self, Vec<Diagnostic>> {
        let loaded = Loaded::load(sources, &options.limits)?;
        let data = if matches!(data, Value::Object(_)) { data } else { Value::new_object() };
        hidden(&loaded.catalog, &loaded.texts, &data)?;
        let guarded = Guarded::new(&loaded, &data);
        let mut hosted = Vec::with_capacity(entries.len());
        for entry in entries {
            hosted.push(host(entry, &loaded, &guarded, &options)?);
        }
        let asked = hosted.iter().flat_map(|entry| &entry.questions).next();
        let asked = asked.map(|asked| asked.path.clone());
        let chunks = Chunks { loaded: &loaded, guarded: &guarded, data: &data, hosted: &hosted };
        // The interpreter is asked about what the machine does not run, and analyses what it does not get.
        let is_idle = hosted.iter().all(Hosted::is_machine) && chunks.reach_every_module();
        let analysed = asked.clone().filter(|_| !is_idle);
        // The three are independent, and most of what a short run takes.
        let (fast, slow, engine) = std::thread::scope(|scope| {
            let slow = spawn(scope, || chunks.split(true));
            let engine = spawn(scope, || interpreter(&loaded, &guarded, &data, analysed, &options));
            (chunks.split(false), join(slow), join(engine))
        });
        let mut done = Vec::new();
        for compiled in [fast, slow] {
            compiled.hand_over(&mut hosted, &mut done);
        }
        let mut engine = engine?;
        let is_prepared = !is_idle || !hosted.iter().all(Hosted::is_machine);
        if let Some(path) = asked.filter(|_| is_idle && is_prepared) {
            prepare(&mut engine, &path, &guarded.interpreter)?;
        }
        Ok(Self {
            shared: Arc::new(Shared {
                options,
                data,
                engine,
                is_prepared,
                chunks: done,
                entries: hosted,
                guarded,
            }),
        })
    }

    /// How many entries the program has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.entries.len()
    }

    /// Whether the program has no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shared.entries.is_empty()
    }

    /// The rule id of an entry.
    ///
    /// # Panics
    ///
    /// When there is no such entry.
    #[must_use]
    pub fn id(&self, entry: usize) -> &str {
        &self.shared.entries[entry].id
    }

    /// Which engine runs an entry, and why.
    ///
    /// # Panics
    ///
    /// When there is no such entry.
    #[must_use]
    pub fn engine_of(&self, entry: usize) -> &Choice {
        &self.shared.entries[entry].choice
    }

    /// What each definition of an entry's answers reads of `input`.
    ///
    /// # Panics
    ///
    /// When there is no such entry.
    #[must_use]
    pub fn reads_of(&self, entry: usize) -> &[Reads] {
        &self.shared.entries[entry].reads
    }

    /// What of every resource's own members an entry may read: its text, or that of a library, names them or
    /// looks at the whole input.
    ///
    /// # Panics
    ///
    /// When there is no such entry.
    #[must_use]
    pub fn own_of(&self, entry: usize) -> Own {
        self.shared.entries[entry].own
    }
}

impl Hosted {
    pub fn is_machine(&self) -> bool {
        self.choice.kind == EngineKind::Rvm
    }

    pub fn fall_back(&mut self, reason: String) {
        self.choice = Choice { kind: EngineKind::Interpreter, reason: Some(reason) };
    }
}

/// Runs what recurses over syntax trees. Their height is bounded, but an unoptimized build needs much stack for it.
pub(super) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| join(spawn(scope, work)))
}

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    std::thread::Builder::new()
        .name("rego".to_owned())
        .stack_size(64 << 20)
        .spawn_scoped(scope, work)
        .expect("the system refuses a thread, of which the rest of the program needs more")
}

fn join<T>(worker: ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The interpreter, for the entries that the machine does not run.
fn interpreter(
    loaded: &Loaded,
    guarded: &Guarded,
    data: &Value,
    asked: Option<String>,
    options: &Options,
) -> Result<Engine, Vec<Diagnostic>> {
    let mut engine = guarded.interpreter(loaded)?;
    engine.add_data(data.clone()).map_err(|error| anywhere(&loaded.texts, error.to_string()))?;
    engine.set_strict_builtin_errors(options.strict_builtins);
    if let Some(path) = asked {
        prepare(&mut engine, &path, &guarded.interpreter)?;
    }
    Ok(engine)
}

/// A defect without a place.
pub(super) fn anywhere(texts: &[Text], message: impl Into<String>) -> Vec<Diagnostic> {
    let none = Text::new(&Source { name: "no module".to_owned(), text: String::new() });
    vec![texts.first().unwrap_or(&none).at(0, 0, message)]
}

/// Modules that have passed every gate.
pub(super) struct Loaded {
    pub engine: Engine,
    pub texts: Vec<Text>,
    pub catalog: Catalog,
    pub graph: Graph,
    /// For each group, whether single calls in it may take long.
    pub slow: Vec<bool>,
    pub length: PolicyLengthConfig,
}

impl Loaded {
    /// Parses and checks modules.
    pub fn load(sources: &[Source], limits: &Limits) -> Result<Self, Vec<Diagnostic>> {
        let texts = sources.iter().map(Text::new).collect::<Vec<_>>();
        let mut engine = Engine::new();
        let length = length_config(limits);
        engine.set_policy_length_config(length);
        let mut diagnostics = Vec::new();
        let mut modules = Vec::new();
        for text in &texts {
            match gate::check(text, limits).and_then(|()| parse(&mut engine, text)) {
                Ok(module) => modules.push(module),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let catalog = Catalog::new(modules);
        let mut facts = Vec::with_capacity(catalog.groups.len());
        for group in &catalog.groups {
            let definitions = group.definitions.iter();
            facts.push(
                definitions
                    .map(|definition| {
                        facts::read(
                            &catalog,
                            definition,
                            &texts[definition.module],
                            &mut diagnostics,
                        )
                    })
                    .collect(),
            );
        }
        if !diagnostics.is_empty() {
            diagnostics
                .sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
            diagnostics.dedup();
            return Err(diagnostics);
        }
        let graph = graph::check(&catalog, &texts, facts)?;
        let slow = growth::check(&catalog, &texts).map_err(|diagnostic| vec![diagnostic])?;
        Ok(Self { engine, texts, catalog, graph, slow, length })
    }
}

fn length_config(limits: &Limits) -> PolicyLengthConfig {
    use std::num::{NonZeroU32, NonZeroUsize};
    let default = PolicyLengthConfig::default();
    PolicyLengthConfig {
        // Tabs count four columns there.
        max_col: u32::try_from(gate::MAX_COLUMNS * 4)
            .ok()
            .and_then(NonZeroU32::new)
            .unwrap_or(default.max_col),
        max_file_bytes: NonZeroUsize::new(limits.max_source_bytes)
            .unwrap_or(default.max_file_bytes),
        max_lines: default.max_lines,
    }
}

/// Parses a module, as of today's syntax or else of the old one; says which.
fn parse(engine: &mut Engine, text: &Text) -> Result<(Ref<Module>, bool), Diagnostic> {
    let mut add = |v0: bool| {
        engine.set_rego_v0(v0);
        let (name, code) = (text.name().to_owned(), text.text().to_owned());
        let added = catch_unwind(AssertUnwindSafe(|| engine.add_policy(name, code).map(drop)));
        engine.set_rego_v0(false);
        match added {
            Ok(Ok(())) => engine
                .get_modules()
                .last()
                .cloned()
                .ok_or_else(|| text.at(0, 0, "the engine lost the module")),
            Ok(Err(error)) => Err(defect(&Rewritten::new(text, Vec::new()), &error.to_string())),
            Err(_) => Err(text.at(0, 0, "the engine's parser failed on the module")),
        }
    };
    match add(false) {
        Ok(module) => Ok((module, false)),
        Err(v1) if gate::may_be_v0(text.text()) => {
            add(true).map(|module| (module, true)).map_err(|_| v1)
        }
        Err(v1) => Err(v1),
    }
}

/// Data at the path of a rule would win over the rule without a word.
fn hidden(catalog: &Catalog, texts: &[Text], data: &Value) -> Result<(), Vec<Diagnostic>> {
    for group in &catalog.groups {
        let mut at = data;
        for name in &group.path {
            let next = match at {
                Value::Object(object) => object.get(&Value::from(name.as_str())),
                _ => None,
            };
            at = next.unwrap_or(&Value::Undefined);
        }
        if *at != Value::Undefined {
            let definition = &group.definitions[0];
            let message =
                format!("the rule `{}` has the path of a value in the data", group.name());
            let diagnostic = texts[definition.module].span(head_span(&definition.rule), message);
            return Err(vec![diagnostic.with_help("rename the package")]);
        }
    }
    Ok(())
}

fn host(
    entry: Entry,
    loaded: &Loaded,
    guarded: &Guarded,
    options: &Options,
) -> Result<Hosted, Vec<Diagnostic>> {
    let Loaded { catalog, graph, texts, .. } = loaded;
    let (mut questions, mut read) = (Vec::new(), Vec::new());
    let mut own = Own::default();
    // Strictness is lost on the machine: it takes most errors within a body for an undefined body.
    let mut reason = options.strict_builtins.then(|| "strict builtins".to_owned());
    for question in Question::ALL {
        let Some(group) = catalog.own(entry.module, question.name()) else { continue };
        let rule = &catalog.groups[group];
        let definition = &rule.definitions[0];
        let text = &texts[definition.module];
        let place = text.span(head_span(&definition.rule), String::new());
        if rule.is_function() {
            let message = format!(
                "`{}` is a function; a rule of this name is asked without arguments",
                rule.name()
            );
            return Err(vec![text.span(head_span(&definition.rule), message)]);
        }
        reason = reason.or_else(|| classify::reason(catalog, graph, &guarded.reasons, group));
        let not_applicable = question == Question::NotApplicable;
        let reads = reads::of(catalog, graph, group).into_iter();
        read.extend(reads.map(|reads| Reads { not_applicable, ..reads }));
        for group in graph.reachable(group) {
            graph.facts[group].iter().for_each(|facts| own |= facts.own);
        }
        let path = rule_path(&rule.path);
        let fallback = Fallback {
            rule: path.clone(),
            path: rule.path.clone(),
            file: place.file,
            line: place.line,
            column: place.column,
        };
        questions.push(Asked { question, path, slot: None, fallback });
    }
    let findings = questions.iter().any(|asked| matches!(asked.question, Question::Findings(_)));
    if !findings {
        let message = "the module has no rule named deny, warn or violation";
        let package = &catalog.modules[entry.module].ast.package.span;
        return Err(vec![
            texts[entry.module]
                .span(package, message)
                .with_help("write `deny contains {…} if {…}`"),
        ]);
    }
    let kind = if reason.is_some() { EngineKind::Interpreter } else { EngineKind::Rvm };
    Ok(Hosted { id: entry.id, choice: Choice { kind, reason }, questions, reads: read, own })
}

/// The path of a rule as the engine reads it.
pub(super) fn rule_path(path: &[String]) -> String {
    let mut text = "data".to_owned();
    for name in path {
        let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !name.starts_with(|char: char| char.is_ascii_digit());
        if word && !name.is_empty() {
            text.push('.');
            text.push_str(name);
        } else {
            text.push('[');
            text.push_str(&serde_json::Value::from(name.as_str()).to_string());
            text.push(']');
        }
    }
    text
}
