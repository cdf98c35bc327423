//! The entry: which kind of file it is, and what it does.

use std::sync::Arc;

use super::{
    az, batch, cmdlet,
    diagnostic::{Diagnostic, Trouble},
    limit::LARGEST_FILE,
    markdown,
    model::{Job, Language, Reading, Step},
    operation::{Given, Operation, Tool},
    pipeline,
    place::Place,
    powershell, shell,
    text::{Text, offset},
    walk::{Recorder, Variables},
};

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A script.
    Script(Language),
    /// A workflow of GitHub.
    GitHubWorkflow,
    /// A composite action of GitHub.
    GitHubAction,
    /// A pipeline of Azure DevOps, or a template of one.
    AzurePipeline,
    /// Markdown, of which the fenced code is read.
    Markdown,
}

/// The kind of a file, by its name and, for YAML, by what stands at its top.
/// Markdown is never found here: reading it is for the caller to ask.
pub fn kind_of(path: &str, source: &str) -> Option<Kind> {
    let path = path.replace('\\', "/").to_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "sh" | "bash" | "zsh" | "ksh" | "azcli" => return Some(Kind::Script(Language::Shell)),
        "ps1" | "psm1" => return Some(Kind::Script(Language::PowerShell)),
        "cmd" | "bat" => return Some(Kind::Script(Language::Batch)),
        "yml" | "yaml" => return yaml_kind(&path, name, source),
        _ => {}
    }
    let first = source.lines().next().filter(|line| line.starts_with("#!"))?;
    let program =
        first.split(['/', ' ']).rfind(|word| !word.is_empty() && !word.starts_with('-'))?;
    match program.trim() {
        "sh" | "bash" | "dash" | "zsh" | "ksh" => Some(Kind::Script(Language::Shell)),
        "pwsh" | "powershell" => Some(Kind::Script(Language::PowerShell)),
        _ => None,
    }
}

fn yaml_kind(path: &str, name: &str, source: &str) -> Option<Kind> {
    let top = |key: &str| {
        source.lines().any(|line| {
            let line = line.trim_start_matches('\u{feff}');
            let bare = line.trim_start_matches(['\'', '"']);
            bare.strip_prefix(key).is_some_and(|rest| {
                rest.trim_start_matches(['\'', '"']).trim_start().starts_with(':')
            })
        })
    };
    if matches!(name, "action.yml" | "action.yaml") && top("runs") {
        return Some(Kind::GitHubAction);
    }
    if top("jobs") && top("on") || path.contains(".github/workflows/") {
        return Some(Kind::GitHubWorkflow);
    }
    let azure = ["stages", "steps", "jobs", "extends"].iter().any(|key| top(key));
    let sure =
        ["trigger", "pool", "pr", "parameters", "variables", "resources", "stages", "schedules"]
            .iter()
            .any(|key| top(key));
    let has_steps = || {
        let starts = ["task", "bash", "pwsh", "powershell", "script", "template", "checkout"];
        source.lines().filter_map(|line| line.trim_start().strip_prefix("- ")).any(|item| {
            item.split_once(':').is_some_and(|(key, _)| starts.contains(&key.trim_end()))
        })
    };
    (azure
        && (sure
            || has_steps()
            || name.contains("pipeline")
            || path.contains("pipelines/")
            || path.contains("templates/")))
    .then_some(Kind::AzurePipeline)
}

/// Reads a file.
pub fn read(source: &str, kind: Kind) -> Reading {
    if source.len() > LARGEST_FILE {
        let mut reading = Reading::default();
        reading.diagnostics.push(Diagnostic {
            place: Place::default(),
            kind: Trouble::Limit,
            message: "the file is too large to be read".into(),
        });
        return reading;
    }
    match kind {
        Kind::Script(language) => script(source, language),
        Kind::GitHubWorkflow => pipeline(source, pipeline::github_workflow),
        Kind::GitHubAction => pipeline(source, pipeline::github_action),
        Kind::AzurePipeline => pipeline(source, pipeline::azure),
        Kind::Markdown => pipeline(source, markdown::read),
    }
}

fn script(source: &str, language: Language) -> Reading {
    let mut recorder = Recorder::new(source);
    let place = Place::new(0, offset(source.len()));
    let mut text = Text::whole(source);
    pipeline::replace_tokens(&mut text);
    match language {
        Language::Shell => drop(shell::walk(text, Variables::default(), &mut recorder)),
        Language::PowerShell => drop(powershell::walk(text, Variables::default(), &mut recorder)),
        Language::Batch => batch::walk(&text, &mut recorder),
    }
    let step = Step { place, language: Some(language), ..Step::default() };
    let mut job = Job { place, steps: vec![step], ..Job::default() };
    finish_job(&mut job, &mut recorder);
    Reading { jobs: vec![job], triggers: Vec::new(), diagnostics: finish_diagnostics(recorder) }
}

fn pipeline(source: &str, read: fn(&str, &mut Recorder) -> Reading) -> Reading {
    let mut recorder = Recorder::new(source);
    let reading = read(source, &mut recorder);
    Reading { diagnostics: finish_diagnostics(recorder), ..reading }
}

/// Moves the commands into the job and binds them.
pub(super) fn finish_job(job: &mut Job, recorder: &mut Recorder) {
    job.commands = std::mem::take(&mut recorder.commands);
    job.operations = job
        .commands
        .iter()
        .filter_map(|command| az::bind(command, &recorder.source).or_else(|| cmdlet::bind(command)))
        .collect();
    let tasks: Vec<Operation> =
        (0..).zip(&job.steps).filter_map(|(number, step)| task(number, step)).collect();
    job.operations.extend(tasks);
    job.operations.sort_by_key(|operation| (operation.step, operation.command));
}

/// A step that runs no script of its own but an action or a task.
fn task(number: u32, step: &Step) -> Option<Operation> {
    let uses = step.uses.as_ref().filter(|_| step.language.is_none())?;
    let name = uses.as_text()?.split('@').next()?;
    // Names of repositories ignore case.
    let name = if name.contains('/') { name.to_ascii_lowercase() } else { name.to_owned() };
    let options = step.inputs.iter().map(|(name, value)| Given {
        name: Arc::clone(name),
        value: value.clone(),
        flag: value.place,
        flag_via: None,
        place: value.place,
        bare: false,
    });
    Some(Operation {
        tool: Tool::Task,
        name: name.into(),
        known: false,
        place: uses.place,
        options: options.collect(),
        problems: Vec::new(),
        complete: true,
        command: u32::MAX,
        step: number,
        piped_from: None,
    })
}

pub(super) fn finish_diagnostics(recorder: Recorder) -> Vec<Diagnostic> {
    let mut list = recorder.diagnostics.list;
    list.sort();
    list.dedup();
    list
}
