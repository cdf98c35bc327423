//! GitHub workflows and composite actions.
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax>

use std::{collections::HashMap, rc::Rc, sync::Arc};

use super::{
    super::{
        diagnostic::Trouble,
        model::{Job, Language, Reading, Step, Trigger},
        place::Place,
        value::{Content, Value},
        walk::Recorder,
        yaml::{self, Node},
    },
    Host, Scope, expression,
    job::{Running, unread},
};

/// Reads a workflow.
pub(in super::super) fn read_workflow(source: &str, recorder: &mut Recorder) -> Reading {
    let mut reading = Reading::default();
    let Some(root) = yaml::parse(source, &mut recorder.diagnostics) else { return reading };
    triggers(&root, &mut reading);
    let scope = environment(source, &root, &Rc::new(Scope::new(Host::GitHub)));
    let shell = default_shell(source, &root, &scope);
    let Some(jobs) = root.get("jobs").filter(|jobs| !jobs.members().is_empty()) else {
        recorder.diagnostics.note(Trouble::Shape, Place::default(), "a workflow without jobs");
        return reading;
    };
    let mut names = HashMap::new();
    let mut needs = Vec::new();
    for (key, node) in jobs.members() {
        let Some(name) = key.text() else { continue };
        if !recorder.budget.take(1) {
            break;
        }
        names.insert(name.to_owned(), reading.jobs.len());
        let wanted: Vec<String> = node
            .get("needs")
            .map_or_else(Vec::new, |needs| texts(needs).map(str::to_owned).collect());
        needs.push(wanted);
        let job = Job { name: name.into(), place: key.place, ..Job::default() };
        let mut running = Running {
            source,
            host: Host::GitHub,
            scope: Rc::clone(&scope),
            exported: Vec::new(),
            job,
        };
        read_job(&mut running, node, shell.as_ref(), recorder);
        super::super::read::finish_job(&mut running.job, recorder);
        reading.jobs.push(running.job);
    }
    for (job, wanted) in reading.jobs.iter_mut().zip(needs) {
        job.needs = wanted.iter().filter_map(|name| names.get(name).copied()).collect();
    }
    reading
}

/// Reads a composite action.
pub(in super::super) fn read_action(source: &str, recorder: &mut Recorder) -> Reading {
    let mut reading = Reading::default();
    let Some(root) = yaml::parse(source, &mut recorder.diagnostics) else { return reading };
    let Some(steps) = root.get("runs").and_then(|runs| runs.get("steps")) else { return reading };
    let job = Job { place: steps.place, ..Job::default() };
    let mut running = Running {
        source,
        host: Host::GitHub,
        scope: Rc::new(Scope::new(Host::GitHub)),
        exported: Vec::new(),
        job,
    };
    for step in steps.elements() {
        read_step(&mut running, step, None, false, recorder);
    }
    super::super::read::finish_job(&mut running.job, recorder);
    reading.jobs.push(running.job);
    reading
}

fn triggers(root: &Rc<Node>, reading: &mut Reading) {
    // YAML 1.1 reads the key `on` as a truth value; saphyr keeps the text.
    let Some(on) = root.get("on").or_else(|| root.get("true")) else { return };
    let mut add = |node: &Node| {
        let Some(name) = node.text() else { return };
        let manual = matches!(name, "workflow_dispatch" | "repository_dispatch");
        reading.triggers.push(Trigger { name: name.into(), manual, place: node.place });
    };
    if on.members().is_empty() {
        on.elements().into_iter().for_each(|node| add(node));
    } else {
        on.members().iter().for_each(|(key, _)| add(key));
    }
}

fn read_job(
    running: &mut Running<'_>,
    node: &Rc<Node>,
    shell: Option<&Value>,
    recorder: &mut Recorder,
) {
    let scope = Rc::clone(&running.scope);
    running.job.environment = node.get("environment").and_then(|environment| {
        let name = environment.get("name").unwrap_or(environment);
        running.value(name, &scope)
    });
    running.job.conditions =
        node.get("if").and_then(|node| running.value(node, &scope)).into_iter().collect();
    running.job.machine = node.get("runs-on").and_then(|node| {
        let first = node.elements().into_iter().next()?;
        running.value(first.get("labels").unwrap_or(first), &scope)
    });
    let source = running.source;
    running.scope = environment(source, node, &running.scope);
    let own = default_shell(source, node, &running.scope);
    let shell = own.as_ref().or(shell);
    let windows = running
        .job
        .machine
        .as_ref()
        .is_some_and(|machine| machine.known_start().to_lowercase().contains("windows"))
        || node
            .get("runs-on")
            .is_some_and(|node| texts(node).any(|label| label.eq_ignore_ascii_case("windows")));
    if let Some(uses) = node.get("uses") {
        let step = Step {
            place: node.place,
            uses: running.value(uses, &scope),
            inputs: inputs(running, node, &scope),
            ..Step::default()
        };
        running.step(step, recorder);
    }
    let Some(steps) = node.get("steps") else { return };
    for step in steps.elements() {
        if !recorder.budget.take(1) {
            return;
        }
        read_step(running, step, shell, windows, recorder);
    }
}

fn read_step(
    running: &mut Running<'_>,
    node: &Rc<Node>,
    shell: Option<&Value>,
    windows: bool,
    recorder: &mut Recorder,
) {
    running.take_exports();
    let scope = environment(running.source, node, &running.scope);
    let mut step = Step {
        name: node.get("name").and_then(|name| name.text()).map(Arc::from),
        place: node.place,
        uses: node.get("uses").and_then(|uses| running.value(uses, &scope)),
        inputs: inputs(running, node, &scope),
        conditions: node
            .get("if")
            .and_then(|node| running.value(node, &scope))
            .into_iter()
            .collect(),
        continues_on_error: node
            .get("continue-on-error")
            .is_some_and(|node| node.text() == Some("true")),
        ..Step::default()
    };
    let Some((script, language)) = code_of(running, node, &scope, shell, windows) else {
        running.step(step, recorder);
        return;
    };
    let language = match language {
        Ok(language) => language,
        Err(name) => {
            running.step(step, recorder);
            unread(recorder, &name, script.place);
            return;
        }
    };
    step.language = Some(language);
    running.step(step, recorder);
    running.script(&script, language, &scope, recorder);
}

/// The script of a step, and its language or the name of one that is not read.
fn code_of(
    running: &Running<'_>,
    node: &Rc<Node>,
    scope: &Scope,
    shell: Option<&Value>,
    windows: bool,
) -> Option<(Rc<Node>, Result<Language, String>)> {
    if let Some(run) = node.get("run") {
        let own = node.get("shell").and_then(|node| running.value(node, scope));
        let language = match own.as_ref().or(shell).and_then(Value::as_text) {
            Some(shell) => language_of(shell),
            None => Ok(if windows { Language::PowerShell } else { Language::Shell }),
        };
        return Some((Rc::clone(run), language));
    }
    let uses = node.get("uses")?.text()?.to_lowercase();
    let action = uses.split('@').next().unwrap_or_default();
    if action == "actions/github-script" {
        return Some((node.get("with")?.get("script")?.clone(), Err("javascript".to_owned())));
    }
    let language = match action {
        "azure/cli" => Language::Shell,
        "azure/powershell" => Language::PowerShell,
        _ => return None,
    };
    let script = node.get("with")?.get("inlineScript")?;
    Some((Rc::clone(script), Ok(language)))
}

fn language_of(shell: &str) -> Result<Language, String> {
    let program = shell.split_whitespace().next().unwrap_or_default();
    match super::super::nested::base_name(program).to_lowercase().as_str() {
        "bash" | "sh" | "zsh" | "dash" | "ksh" => Ok(Language::Shell),
        "pwsh" | "powershell" => Ok(Language::PowerShell),
        "cmd" => Ok(Language::Batch),
        other => Err(other.to_owned()),
    }
}

fn inputs(running: &Running<'_>, node: &Rc<Node>, scope: &Scope) -> Vec<(Arc<str>, Value)> {
    let Some(with) = node.get("with") else { return Vec::new() };
    with.members()
        .iter()
        .filter(|(key, _)| key.text().is_some_and(|key| !key.eq_ignore_ascii_case("inlineScript")))
        .filter_map(|(key, value)| Some((key.text()?.into(), running.value(value, scope)?)))
        .collect()
}

/// The scope with what `env:` of this node adds.
fn environment(source: &str, node: &Node, outer: &Rc<Scope>) -> Rc<Scope> {
    let Some(env) = node.get("env").filter(|env| !env.members().is_empty()) else {
        return Rc::clone(outer);
    };
    let mut scope = Scope::within(outer);
    for (key, value) in env.members() {
        let Some(name) = key.text() else { continue };
        if let Some(value) = expression::value(Host::GitHub, source, value, outer) {
            scope.set(name, value);
        }
    }
    Rc::new(scope)
}

fn default_shell(source: &str, node: &Node, scope: &Scope) -> Option<Value> {
    let shell = node.get("defaults")?.get("run")?.get("shell")?;
    expression::value(Host::GitHub, source, shell, scope)
        .filter(|value| matches!(value.content, Content::Text(_)))
}

fn texts(node: &Rc<Node>) -> impl Iterator<Item = &str> {
    node.elements().into_iter().filter_map(|node| node.text())
}
