//! Steps of Azure Pipelines: scripts by their key, tasks by their inputs.

use std::{rc::Rc, sync::Arc};

use super::super::{
    super::{
        model::{Language, Step},
        value::Value,
        walk::Recorder,
        yaml::Node,
    },
    Scope, expression,
    job::{Running, unread},
};

/// Reads a step.
pub(super) fn step(
    running: &mut Running<'_>,
    node: &Rc<Node>,
    conditions: &[Value],
    recorder: &mut Recorder,
) {
    if node.get("enabled").is_some_and(|enabled| enabled.text() == Some("false")) {
        return;
    }
    running.take_exports();
    let mut scope = Rc::clone(&running.scope);
    if let Some(env) = node.get("env") {
        let mut own = Scope::within(&running.scope);
        for (key, value) in env.members() {
            if let (Some(name), Some(value)) = (key.text(), running.value(value, &running.scope)) {
                own.set(name, value);
            }
        }
        scope = Rc::new(own);
    }
    let mut conditions = conditions.to_vec();
    conditions.extend(node.get("condition").and_then(|node| running.value(node, &scope)));
    let uses = node.get("task").or_else(|| node.get("template"));
    let found = code_of(running, node);
    let mut step = Step {
        name: node.get("displayName").and_then(|name| name.text()).map(Arc::from),
        place: node.place,
        uses: uses.and_then(|uses| running.value(uses, &scope)),
        inputs: inputs(running, node, &scope),
        conditions,
        continues_on_error: node
            .get("continueOnError")
            .is_some_and(|node| node.text() == Some("true")),
        ..Step::default()
    };
    let task = node.get("task").and_then(|task| task.text()).map(task_name).unwrap_or_default();
    if matches!(task.as_str(), "manualvalidation" | "manualintervention") {
        running.job.approval = Some(node.place);
    }
    match found {
        Some((script, Ok(language))) => {
            step.language = Some(language);
            running.step(step, recorder);
            running.script(&script, language, &scope, recorder);
        }
        Some((script, Err(name))) => {
            running.step(step, recorder);
            unread(recorder, &name, script.place);
        }
        None => running.step(step, recorder),
    }
}

fn task_name(task: &str) -> String {
    task.split('@').next().unwrap_or_default().to_lowercase()
}

/// The script of a step, and its language or the name of one that is not read.
fn code_of(running: &Running<'_>, node: &Rc<Node>) -> Option<(Rc<Node>, Result<Language, String>)> {
    let native = if on_windows(running) { Language::Batch } else { Language::Shell };
    for (key, language) in [
        ("script", native),
        ("bash", Language::Shell),
        ("pwsh", Language::PowerShell),
        ("powershell", Language::PowerShell),
    ] {
        if let Some(script) = node.get(key) {
            return Some((Rc::clone(script), Ok(language)));
        }
    }
    let task = node.get("task")?.text()?;
    let inputs = node.get("inputs")?;
    let input = |name: &str| inputs.get(name).and_then(|node| node.text()).map(str::to_lowercase);
    let script = |name: &str| inputs.get(name).cloned();
    let found = match task_name(task).as_str() {
        "azurecli" if input("scriptLocation").as_deref() == Some("inlinescript") => {
            let language = match input("scriptType").as_deref() {
                Some("bash") => Ok(Language::Shell),
                Some("ps" | "pscore") => Ok(Language::PowerShell),
                Some("batch") => Ok(Language::Batch),
                None => Ok(native),
                Some(other) => Err(other.to_owned()),
            };
            (script("inlineScript")?, language)
        }
        "azurepowershell" if input("ScriptType").as_deref() == Some("inlinescript") => {
            (script("Inline")?, Ok(Language::PowerShell))
        }
        "bash" if input("targetType").as_deref() == Some("inline") => {
            (script("script")?, Ok(Language::Shell))
        }
        "powershell" if input("targetType").as_deref() == Some("inline") => {
            (script("script")?, Ok(Language::PowerShell))
        }
        "cmdline" => (script("script")?, Ok(native)),
        "pythonscript" if input("scriptSource").as_deref() == Some("inline") => {
            (script("script")?, Err("python".to_owned()))
        }
        _ => return None,
    };
    Some(found)
}

fn on_windows(running: &Running<'_>) -> bool {
    let machine = running.job.machine.as_ref().map(|machine| machine.known_start().to_lowercase());
    machine.is_some_and(|name| name.contains("windows") || name.starts_with("vs20"))
}

fn inputs(running: &Running<'_>, node: &Rc<Node>, scope: &Scope) -> Vec<(Arc<str>, Value)> {
    let given = node.get("inputs").or_else(|| node.get("parameters"));
    let Some(given) = given else { return Vec::new() };
    let is_script = |key: &str| {
        ["inlineScript", "Inline", "script"].iter().any(|known| key.eq_ignore_ascii_case(known))
    };
    given
        .members()
        .iter()
        .filter(|(key, _)| key.text().is_some_and(|key| !is_script(key)))
        .filter_map(|(key, value)| {
            Some((
                key.text()?.into(),
                expression::value(running.host, running.source, value, scope)?,
            ))
        })
        .collect()
}
