//! What a script does: commands in order, each word a value, with what decides whether they run.

use std::sync::Arc;

use super::{diagnostic::Diagnostic, operation::Operation, place::Place, value::Value};

/// What was read from one file.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// A script has one job; a pipeline has those it names.
    pub jobs: Vec<Job>,
    /// What starts a pipeline; empty for scripts and for files that others include.
    pub triggers: Vec<Trigger>,
    /// What could not be read, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Commands that run one after another on one machine.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// The name in the pipeline; empty for a script.
    pub name: Arc<str>,
    /// The key that names it, or the whole script.
    pub place: Place,
    /// The stage that the job belongs to.
    pub stage: Option<Arc<str>>,
    /// The deployment environment, which may demand approval.
    pub environment: Option<Value>,
    /// A person must approve before the job runs: a manual validation task in it or in a job that it needs.
    /// Approvals that are configured on the environment are not in the file.
    pub approval: Option<Place>,
    /// The indexes of the jobs that end before it.
    pub needs: Vec<usize>,
    /// Conditions of the pipeline: `if`, `condition`.
    pub conditions: Vec<Value>,
    /// The machine that it runs on.
    pub machine: Option<Value>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The commands of all steps, in order of running.
    pub commands: Vec<Command>,
    /// The commands that are known to the tables, in the same order.
    pub operations: Vec<Operation>,
}

/// What starts a pipeline.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// The name in the file: `push`, `schedule`, `workflow_dispatch`, `trigger`, `pr`, …
    pub name: Arc<str>,
    /// Whether a person starts it.
    pub manual: bool,
    /// Where it stands.
    pub place: Place,
}

/// A step of a job.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// The name that people see.
    pub name: Option<Arc<str>>,
    /// The whole step.
    pub place: Place,
    /// The action or task that it uses: `azure/cli@v2`, `AzureCLI@2`.
    pub uses: Option<Value>,
    /// The inputs of the action or task, but not the scripts, which are commands.
    pub inputs: Vec<(Arc<str>, Value)>,
    /// The language of its script.
    pub language: Option<Language>,
    /// Conditions of the pipeline: `if`, `condition`.
    pub conditions: Vec<Value>,
    /// A failure does not stop the job.
    pub continues_on_error: bool,
}

/// Languages of scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// bash and sh.
    Shell,
    /// Windows PowerShell and PowerShell.
    PowerShell,
    /// cmd.exe.
    Batch,
}

/// One run of a program, cmdlet, builtin or function.
#[derive(Clone, Debug)]
pub struct Command {
    /// The name and the arguments, as the program gets them.
    pub words: Vec<Word>,
    /// The language it is written in.
    pub language: Language,
    /// The whole command.
    pub place: Place,
    /// The position among the commands of the job.
    pub order: u32,
    /// The index of the step.
    pub step: u32,
    /// What decides whether, or how often, it runs; outermost first.
    pub conditions: Arc<[Condition]>,
    /// Where its input and output go.
    pub redirections: Vec<Redirection>,
    /// A here-document, a here-string, or a known text piped in.
    pub input: Option<Value>,
    /// The `order` of the command whose output is its input.
    pub piped_from: Option<u32>,
    /// The calls of functions that lead here, outermost first.
    pub calls: Arc<[Place]>,
    /// The programs that run it: `sudo`, `timeout`, `xargs`.
    pub wrappers: Vec<Arc<str>>,
    /// The variable that takes its output.
    pub captured: Option<Arc<str>>,
}

impl Command {
    /// The name, when it is known.
    pub fn name(&self) -> Option<&str> {
        self.words.first().and_then(|word| word.value.as_text())
    }

    /// Whether it surely runs when its job does.
    pub fn is_certain(&self) -> bool {
        self.conditions.is_empty()
    }
}

/// A word of a command.
#[derive(Clone, Debug)]
pub struct Word {
    /// What the program gets.
    pub value: Value,
    /// Where the word stands.
    pub place: Place,
    /// How it counts.
    pub kind: WordKind,
}

/// How a word counts.
#[derive(Clone, Debug)]
pub enum WordKind {
    /// One argument.
    One,
    /// One argument that stands in quotes, so that PowerShell never takes it for a parameter.
    Quoted,
    /// Any number of arguments: an unquoted unknown variable, `"$@"`.
    Several,
    /// A parameter of PowerShell; `value` is its text. `-Name:value` carries an argument.
    Parameter {
        /// The name without the dash.
        name: Arc<str>,
        /// What stands after the colon.
        argument: Option<Value>,
    },
    /// `@name` of PowerShell: a table or a list of arguments.
    Splat,
}

/// What decides whether, or how often, a command runs.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The sort.
    pub kind: ConditionKind,
    /// What decides: the test, the loop's head, the command before `&&`.
    pub place: Place,
    /// The name of the function or signal, the test as it is written where that is short.
    pub detail: Arc<str>,
}

/// The sorts of conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConditionKind {
    /// The test holds.
    If,
    /// The test does not hold.
    Else,
    /// A branch of a `case` or `switch`.
    Case,
    /// The body of a loop: any number of times.
    Loop,
    /// Only if the command before succeeded: `&&`.
    AfterSuccess,
    /// Only if the command before failed: `||`.
    AfterFailure,
    /// In a function that this file does not call.
    Function,
    /// In a subshell: what it sets is lost.
    Subshell,
    /// Beside what follows: `&`, a job.
    Background,
    /// When a signal comes, or at the end.
    Trap,
    /// When an error was caught.
    Catch,
    /// In a block of code that another command gets: `ForEach-Object { … }`, `Invoke-Command`.
    Block,
    /// Never: after an `exit`, `if false`.
    Never,
}

/// A redirection.
#[derive(Clone, Debug)]
pub struct Redirection {
    /// As it is written: `>`, `>>`, `2>`, `<`, `<<`.
    pub operator: Arc<str>,
    /// The file or descriptor.
    pub target: Value,
    /// The whole redirection.
    pub place: Place,
}
