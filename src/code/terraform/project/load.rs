//! Reads the files of one directory.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::super::diagnostic::{Diagnostic, DiagnosticKind};
use super::super::limits;
use super::super::module::Module;
use super::super::source::read_text;
use super::super::syntax::{Body, SyntaxError, parse_file, parse_json};
use super::{Inputs, Project, walk};

/// Runs work that recurses on a thread with room for it.
pub(super) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(limits::STACK_BYTES);
        match builder.spawn_scoped(scope, work) {
            Ok(handle) => match handle.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            },
            Err(error) => {
                std::panic::resume_unwind(Box::new(format!("no thread for evaluation: {error}")))
            }
        }
    })
}

/// A path without `.` and `..` where that needs no look at the disk.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let named = matches!(result.components().next_back(), Some(Component::Normal(_)));
                if named {
                    result.pop();
                } else {
                    result.push("..");
                }
            }
            other => result.push(other),
        }
    }
    if result.as_os_str().is_empty() { PathBuf::from(".") } else { result }
}

/// The code of a directory: names of files and what is in them, or why they cannot be read.
pub(super) type Files = Vec<(String, Result<Arc<str>, String>)>;

/// Reads the code of a directory; nothing of one that is not there.
pub(super) fn files_of(directory: &Path) -> Files {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| walk::is_code(name)).collect();
    names.sort();
    let read = |name: String| {
        let text = read_text(&directory.join(&name));
        (name, text)
    };
    names.into_iter().map(read).collect()
}

/// Reads a directory, unless it is read already.
pub(super) fn directory(project: &mut Project, path: &Path) -> Option<usize> {
    let path = normal(path);
    if let Some(&number) = project.by_path.get(&path) {
        return Some(number);
    }
    let files = project.files.remove(&path).unwrap_or_else(|| files_of(&path));
    if files.is_empty() {
        return None;
    }
    let (overrides, plain): (Files, Files) =
        files.into_iter().partition(|(name, _)| is_override(name));
    let mut module = Module { directory: path.clone(), ..Module::default() };
    for (name, text) in plain {
        if let Some((number, body)) = parse(project, &path.join(name), text, false) {
            module.files.push(number);
            module.add(body);
        }
    }
    for (name, text) in overrides {
        if let Some((number, body)) = parse(project, &path.join(name), text, false) {
            module.files.push(number);
            module.lay_over(body);
        }
    }
    for (what, place) in &module.duplicates {
        project.tell(Diagnostic {
            kind: DiagnosticKind::Duplicate,
            message: format!("{what} is declared twice in this directory"),
            help: "Rename one of the two; until then each file sees its own.".to_owned(),
            place: Some(*place),
            path: path.display().to_string(),
        });
    }
    let number = project.modules.len();
    project.modules.push(module);
    project.by_path.insert(path, number);
    Some(number)
}

fn is_override(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    let stem = stem.strip_suffix(".tf").unwrap_or(stem);
    stem == "override" || stem.ends_with("_override")
}

/// Reads and parses a file.
pub(super) fn code(project: &mut Project, path: &Path, literal: bool) -> Option<(u32, Body)> {
    parse(project, path, read_text(path), literal)
}

fn parse(
    project: &mut Project,
    path: &Path,
    text: Result<Arc<str>, String>,
    literal: bool,
) -> Option<(u32, Body)> {
    let text = match text {
        Ok(text) => text,
        Err(message) => {
            project.tell(Diagnostic {
                kind: DiagnosticKind::Unreadable,
                message,
                help: "The file is left out; what it declares is not checked.".to_owned(),
                place: None,
                path: path.display().to_string(),
            });
            return None;
        }
    };
    let number = project.sources.add(path.to_owned(), Arc::clone(&text));
    let json = path.extension().is_some_and(|extension| extension == "json");
    let (body, errors) =
        if json { parse_json(&text, number, literal) } else { parse_file(&text, number) };
    for error in errors {
        project.tell(syntax(error, path));
    }
    Some((number, body))
}

fn syntax(error: SyntaxError, path: &Path) -> Diagnostic {
    let kind = if error.limit { DiagnosticKind::Limit } else { DiagnosticKind::Syntax };
    Diagnostic {
        kind,
        message: error.message,
        help: "Correct the block; it is left out, the blocks around it are read.".to_owned(),
        place: Some(error.place),
        path: path.display().to_string(),
    }
}

/// Reads what lies beside the code of a root.
pub(super) fn inputs(project: &mut Project, directory: &Path) -> Inputs {
    let mut inputs = Inputs::default();
    let mut names = vec!["terraform.tfvars".to_owned(), "terraform.tfvars.json".to_owned()];
    let mut automatic: Vec<String> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json"))
        .collect();
    automatic.sort();
    names.extend(automatic);
    for name in names {
        let path = directory.join(name);
        if path.is_file()
            && let Some((_, body)) = code(project, &path, true)
        {
            inputs.variables.push((path, body));
        }
    }
    let lock = directory.join(".terraform.lock.hcl");
    if lock.is_file() {
        inputs.lock = code(project, &lock, false).map(|(_, body)| body);
    }
    let workspace = std::fs::read_to_string(directory.join(".terraform/environment"));
    inputs.workspace = workspace.ok().map(|text| text.trim().to_owned());
    inputs.installed = installed(project, directory);
    inputs
}

/// The modules that `terraform init` brought.
fn installed(project: &mut Project, directory: &Path) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let path = directory.join(".terraform/modules/modules.json");
    let Some(text) = path.is_file().then(|| read_text(&path)).and_then(Result::ok) else {
        return found;
    };
    let options = jsonc_parser::ParseOptions::default();
    let parsed =
        jsonc_parser::parse_to_ast(&text, &jsonc_parser::CollectOptions::default(), &options);
    let value = parsed.ok().and_then(|result| result.value);
    let modules = value.as_ref().and_then(|value| value.as_object()?.get_array("Modules"));
    for entry in modules.iter().flat_map(|array| &array.elements) {
        let member = |name: &str| {
            let text = entry.as_object()?.get_string(name)?;
            Some(text.value.as_ref())
        };
        if let (Some(key), Some(place)) = (member("Key"), member("Dir"))
            && !key.is_empty()
            && let Some(number) = self::directory(project, &directory.join(place))
        {
            found.insert(key.to_owned(), number);
        }
    }
    found
}
