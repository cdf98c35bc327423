//! Scripts that stand in a file of another language, whose reader hands over their pieces with the places of each.

use std::{rc::Rc, sync::Arc};

use super::{
    batch,
    limit::Budget,
    model::{Job, Language, Reading, Step},
    nested, pipeline,
    place::Place,
    powershell, read, shell,
    text::Text,
    value::{Cause, Value},
    walk::{Environment, Recorder, Variables},
};

/// Code that is put together of pieces.
#[derive(Clone, Debug, Default)]
pub struct Code(Text);

/// A script, in a process of its own.
#[derive(Clone, Debug)]
pub struct EmbeddedStep {
    /// Where what runs it stands.
    pub place: Place,
    /// What it is written in.
    pub language: Language,
    /// The script.
    pub code: Code,
    /// What it finds in its environment.
    pub environment: Vec<(Arc<str>, Value)>,
}

/// Scripts that run one after another on one machine.
#[derive(Clone, Debug)]
pub struct EmbeddedJob {
    /// What the file calls what runs them.
    pub name: Arc<str>,
    /// Where it stands.
    pub place: Place,
    /// The scripts.
    pub steps: Vec<EmbeddedStep>,
}

impl Code {
    /// Adds known text that stands at a place: byte by byte when the lengths agree, else as a whole.
    pub fn push(&mut self, text: &str, place: Place) {
        self.0.push(text, place);
    }

    /// Adds text that is not known.
    pub fn unknown(&mut self, detail: &str, place: Place) {
        self.0.hole_at(unknown(detail, place), place);
    }

    /// The text; what is unknown is a character that no script has.
    pub fn as_str(&self) -> &str {
        &self.0.content
    }

    /// Whether something unknown stands at this byte.
    pub fn is_unknown_at(&self, at: u32) -> bool {
        self.0.hole(at).is_some()
    }
}

/// A value that the file around a script does not tell.
pub fn unknown(detail: &str, place: Place) -> Value {
    Value::unknown(Cause::PipelineExpression, detail, place)
}

/// The language of the code that a program is given.
pub fn language_of(program: &str) -> Option<Language> {
    nested::language_of(program)
}

/// Reads what stands in a file.
pub fn read_embedded(source: &str, jobs: Vec<EmbeddedJob>) -> Reading {
    let mut recorder = Recorder::new(source);
    let steps = jobs.iter().flat_map(|job| &job.steps);
    recorder.budget = Budget::of(steps.map(|step| step.code.0.content.len()).sum());
    let jobs = jobs.into_iter().map(|job| self::job(job, &mut recorder)).collect();
    Reading { jobs, triggers: Vec::new(), diagnostics: read::finish_diagnostics(recorder) }
}

fn job(given: EmbeddedJob, recorder: &mut Recorder) -> Job {
    let mut job = Job { name: given.name, place: given.place, ..Job::default() };
    for (number, step) in (0..).zip(given.steps) {
        let EmbeddedStep { place, language, code: Code(mut text), environment } = step;
        recorder.step = number;
        pipeline::replace_tokens(&mut text);
        let variables = Variables::within(Rc::new(Given(environment)));
        match language {
            Language::Shell => drop(shell::walk(text, variables, recorder)),
            Language::PowerShell => drop(powershell::walk(text, variables, recorder)),
            Language::Batch => batch::walk(&text, recorder),
        }
        job.steps.push(Step { place, language: Some(language), ..Step::default() });
    }
    read::finish_job(&mut job, recorder);
    job
}

/// The environment that a script is started with.
#[derive(Debug)]
struct Given(Vec<(Arc<str>, Value)>);

impl Environment for Given {
    fn value(&self, name: &str) -> Option<Value> {
        // PowerShell asks for `env:name` and ignores case.
        let is_it = |known: &str| match name.strip_prefix("env:") {
            Some(name) => known.eq_ignore_ascii_case(name),
            None => known == name,
        };
        self.0.iter().rev().find(|(known, _)| is_it(known)).map(|(_, value)| value.clone())
    }
}
