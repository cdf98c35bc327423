//! An operation of a script as rules see it: with its job, and what runs before and after it.

use super::{
    model::{Command, Condition, ConditionKind, Job, Reading},
    operation::Operation,
    value::Value,
};
use crate::inventory::Resource;

/// A script or pipeline that was read.
#[derive(Clone, Copy, Debug)]
pub struct Script<'a> {
    /// Its text.
    pub text: &'a str,
    /// What it does.
    pub reading: &'a Reading,
}

/// One operation of a job, and how to look at it as a resource.
#[derive(Clone, Debug)]
pub struct ScriptOperation<'a> {
    /// Who it is and how to read it.
    pub resource: Resource<'a>,
    /// The id of its job.
    pub job_id: &'a str,
    /// The script that it stands in.
    pub script: Script<'a>,
    /// A file that an option names, as far as it is part of the project.
    pub attachment: Option<&'a str>,
    job: &'a Job,
    at: usize,
}

/// Another operation of the same script, and whether it surely runs when this one does.
#[derive(Clone, Copy, Debug)]
pub struct Neighbouring<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Its command.
    pub command: Option<&'a Command>,
    /// Its position in the script: the number of the job, and its own in the job.
    pub at: (usize, usize),
    /// Whether nothing decides on it that does not decide on the other one too.
    pub is_certain: bool,
}

impl<'a> ScriptOperation<'a> {
    /// The operation at a position of a job; none if nothing stands there.
    pub fn new(
        resource: Resource<'a>,
        job_id: &'a str,
        script: Script<'a>,
        job: &'a Job,
        at: usize,
    ) -> Option<Self> {
        job.operations.get(at)?;
        Some(Self { resource, job_id, script, attachment: None, job, at })
    }

    /// With the text of a file that an option names.
    #[must_use]
    pub fn with(mut self, attachment: Option<&'a str>) -> Self {
        self.attachment = attachment;
        self
    }

    /// What it does.
    pub fn operation(&self) -> &'a Operation {
        &self.job.operations[self.at]
    }

    /// The job that it belongs to.
    pub fn job(&self) -> &'a Job {
        self.job
    }

    /// The command that it is; a task is none.
    pub fn command(&self) -> Option<&'a Command> {
        command(self.job, self.operation())
    }

    /// The operations before it in its job, the first one first; those of jobs that end before this one begins stand in
    /// front.
    pub fn earlier(&self) -> impl Iterator<Item = Neighbouring<'a>> + use<'a> {
        let (job, at, jobs) = (self.job, self.at, &self.script.reading.jobs);
        let own = jobs.iter().position(|other| std::ptr::eq(other, job)).unwrap_or(usize::MAX);
        let before = needed(jobs, job).into_iter().flat_map(move |number| {
            let other = &jobs[number];
            (0..other.operations.len()).map(move |at| neighbouring((number, other), at, &[]))
        });
        let conditions = self.conditions();
        let same = (0..at).map(move |at| neighbouring((own, job), at, conditions));
        before.chain(same)
    }

    /// The operations after it in its job.
    pub fn later(&self) -> impl Iterator<Item = Neighbouring<'a>> + use<'a> {
        let (job, at, jobs) = (self.job, self.at, &self.script.reading.jobs);
        let own = jobs.iter().position(|other| std::ptr::eq(other, job)).unwrap_or(usize::MAX);
        let conditions = self.conditions();
        (at + 1..job.operations.len()).map(move |at| neighbouring((own, job), at, conditions))
    }

    /// Every operation of the script, this one too.
    pub fn all(&self) -> impl Iterator<Item = &'a Operation> + use<'a> {
        self.script.reading.jobs.iter().flat_map(|job| &job.operations)
    }

    /// The operation whose output a value is.
    pub fn source(&self, value: &Value) -> Option<&'a Operation> {
        let from = value.as_unknown()?.from?;
        self.job.operations.iter().find(|operation| operation.command == from)
    }

    /// Whether people start it by hand, and approve it, or it is for an environment that may demand approval.
    pub fn is_attended(&self) -> bool {
        let triggers = &self.script.reading.triggers;
        let by_hand = !triggers.is_empty() && triggers.iter().all(|trigger| trigger.manual);
        by_hand && (self.job.environment.is_some() || self.job.approval.is_some())
    }

    /// Whether it only shows what it would do, or how it is used.
    pub fn is_rehearsal(&self) -> bool {
        let operation = self.operation();
        let asks = |name: &str| {
            operation.option(name).is_some_and(|given| given.value.as_bool() == Some(true))
        };
        asks("-WhatIf") || asks("--what-if") || asks("--help")
    }

    fn conditions(&self) -> &'a [Condition] {
        self.command().map_or(&[], |command| &*command.conditions)
    }
}

impl Job {
    /// Whether an operation never runs.
    pub fn is_dead(&self, operation: &Operation) -> bool {
        let is_dead = command(self, operation).is_some_and(|command| {
            command.conditions.iter().any(|condition| condition.kind == ConditionKind::Never)
        });
        let step = self.steps.get(operation.step as usize);
        let conditions = step.into_iter().flat_map(|step| &step.conditions).chain(&self.conditions);
        is_dead || conditions.into_iter().any(is_never)
    }
}

/// The command of an operation.
fn command<'a>(job: &'a Job, operation: &Operation) -> Option<&'a Command> {
    job.commands.get(operation.command as usize)
}

fn neighbouring<'a>(
    (number, job): (usize, &'a Job),
    at: usize,
    shared: &[Condition],
) -> Neighbouring<'a> {
    let operation = &job.operations[at];
    let command = command(job, operation);
    let conditions = command.map_or(&[][..], |command| &command.conditions);
    let is_shared = |condition: &Condition| {
        shared.iter().any(|other| (other.kind, other.place) == (condition.kind, condition.place))
    };
    let is_step_certain =
        job.steps.get(operation.step as usize).is_none_or(|step| step.conditions.is_empty());
    let is_certain = is_step_certain
        && conditions.iter().all(|condition| !decides(condition.kind) || is_shared(condition));
    Neighbouring { operation, command, at: (number, at), is_certain }
}

/// Whether a condition of a step or a job is `false`, and nothing else.
fn is_never(condition: &Value) -> bool {
    let written = match condition.as_unknown() {
        Some(unknown) => &*unknown.detail,
        None => condition.as_text().unwrap_or_default(),
    };
    let inner = written.trim().strip_prefix("${{").and_then(|it| it.strip_suffix("}}"));
    inner.unwrap_or(written).trim().eq_ignore_ascii_case("false")
}

/// Whether a condition may keep a command from running although those around it do. A chain of `&&` and a loop are
/// taken to run.
fn decides(kind: ConditionKind) -> bool {
    !matches!(
        kind,
        ConditionKind::AfterSuccess
            | ConditionKind::Loop
            | ConditionKind::Subshell
            | ConditionKind::Background
            | ConditionKind::Block
    )
}

/// The jobs that end before another one begins, in the order of the file.
fn needed(jobs: &[Job], of: &Job) -> Vec<usize> {
    let mut found = vec![false; jobs.len()];
    let mut left: Vec<usize> = of.needs.clone();
    while let Some(number) = left.pop() {
        if let Some(job) = jobs.get(number)
            && !std::mem::replace(&mut found[number], true)
        {
            left.extend(&job.needs);
        }
    }
    (0..jobs.len()).filter(|number| found[*number]).collect()
}
