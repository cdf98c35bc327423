//! Runs the scripts of a job's steps one after another.

use std::{rc::Rc, sync::Arc};

use super::{
    super::{
        batch,
        diagnostic::Trouble,
        model::{Command, Job, Language, Step},
        place::Place,
        powershell, shell,
        value::Value,
        walk::{Environment, Recorder, Variables},
        yaml::{self, Node},
    },
    Host, Scope, expression,
};

/// A job that is being read.
pub(super) struct Running<'s> {
    pub source: &'s str,
    pub host: Host,
    pub scope: Rc<Scope>,
    /// What the last step set for those that follow.
    pub exported: Vec<(Arc<str>, Value)>,
    pub job: Job,
}

impl Running<'_> {
    /// A script of a step, in a process of its own.
    pub fn script(
        &mut self,
        node: &Node,
        language: Language,
        scope: &Rc<Scope>,
        recorder: &mut Recorder,
    ) {
        let Some(mut text) = yaml::code(self.source, node) else { return };
        expression::dig(self.host, &mut text, scope);
        let before = recorder.commands.len();
        let environment: Rc<dyn Environment> = Rc::<Scope>::clone(scope);
        let variables = Variables::within(environment);
        match language {
            Language::Shell => drop(shell::walk(text, variables, recorder)),
            Language::PowerShell => drop(powershell::walk(text, variables, recorder)),
            Language::Batch => batch::walk(&text, recorder),
        }
        let commands = recorder.commands.get(before..).unwrap_or_default();
        let set: Vec<(Arc<str>, Value)> =
            commands.iter().filter_map(|command| exported(self.host, command)).collect();
        self.exported.extend(set);
    }

    /// A scalar with its expressions resolved.
    pub fn value(&self, node: &Node, scope: &Scope) -> Option<Value> {
        expression::value(self.host, self.source, node, scope)
    }

    /// Before a step: what the one before set is there now.
    pub fn take_exports(&mut self) {
        if self.exported.is_empty() {
            return;
        }
        let scope = Rc::make_mut(&mut self.scope);
        for (name, value) in self.exported.drain(..) {
            scope.set(&name, value);
        }
    }

    /// Begins a step.
    pub fn step(&mut self, step: Step, recorder: &mut Recorder) {
        recorder.step = u32::try_from(self.job.steps.len()).unwrap_or(u32::MAX);
        self.job.steps.push(step);
    }
}

/// Notes a script in a language that is not read.
pub(super) fn unread(recorder: &mut Recorder, language: &str, place: Place) {
    let message = format!("a script in `{language}`, which is not read");
    recorder.diagnostics.note(Trouble::Language, place, message);
}

/// A variable that a command sets for the steps that follow: `echo "NAME=value" >> $GITHUB_ENV`,
/// `##vso[task.setvariable variable=NAME]value`.
fn exported(host: Host, command: &Command) -> Option<(Arc<str>, Value)> {
    let prints = ["echo", "printf", "Write-Host", "Write-Output"];
    if !prints
        .iter()
        .any(|known| command.name().is_some_and(|name| name.eq_ignore_ascii_case(known)))
    {
        return None;
    }
    let text = command.words.get(1)?;
    let start = text.value.known_start();
    match host {
        Host::GitHub => {
            let to_environment = command.redirections.iter().any(|redirection| {
                redirection
                    .target
                    .as_unknown()
                    .is_some_and(|unknown| unknown.detail.contains("GITHUB_ENV"))
            });
            let (name, _) = start.split_once('=').filter(|_| to_environment)?;
            Some((name.into(), text.value.without_start(name.len() + 1, text.place)))
        }
        Host::Azure => {
            let from = start.find("##vso[task.setvariable ")?;
            let (head, _) = start[from..].split_once(']')?;
            let properties = head.split_once(' ')?.1;
            let name = properties
                .split(';')
                .find_map(|property| property.trim().strip_prefix("variable="))?;
            Some((name.into(), text.value.without_start(from + head.len() + 1, text.place)))
        }
    }
}
