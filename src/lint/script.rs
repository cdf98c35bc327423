//! Scripts and pipelines of a run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::discover::Found;
use super::text::{Text, shown};
use super::workspace::{Folders, Workspace};
use crate::code::value::Place;
use crate::encoding;
use crate::inventory::script::{Language, Operation, Reading, Trouble};
use crate::script::{self, Kind, LARGEST_FILE};

/// Bodies that commands are given as files; larger ones are none.
const LARGEST_ATTACHMENT: u64 = 1 << 20;

/// The options that may name a file with a body.
pub(super) const ATTACHED: [&str; 4] = ["--policy", "--body", "--properties", "-Payload"];

/// A script or pipeline that was read.
#[derive(Debug)]
pub(super) struct ScriptFile {
    /// Its path from the top of the repository.
    pub name: String,
    /// Where its text stands among all texts.
    pub text: usize,
    /// What it does.
    pub reading: Reading,
    /// Whether it stands in code of another language: then its jobs and steps have the headers of what runs them.
    pub is_embedded: bool,
    /// The files that options name: job, operation, and where the text stands among all texts.
    pub attachments: Vec<(usize, usize, usize)>,
}

/// What came of one file.
enum Outcome {
    /// It is no script.
    Other,
    /// It runs nothing of Azure.
    Unrelated,
    /// It was read.
    Read(Arc<str>, Reading),
    /// It cannot be read.
    Broken(String),
}

/// Reads the scripts and pipelines among the files that were found; `with_markdown` also the code in Markdown.
pub(super) fn read(
    workspace: &mut Workspace,
    folders: &Folders,
    found: &Found,
    with_markdown: bool,
) {
    let named = &found.by_name;
    let documents = found.markdown.iter().filter(|path| with_markdown || named.contains(*path));
    let paths: Vec<&PathBuf> = found.scripts.iter().chain(documents).collect();
    let outcomes: Vec<Outcome> = paths.par_iter().map(|path| outcome(path, folders)).collect();
    for (path, outcome) in paths.into_iter().zip(outcomes) {
        match outcome {
            Outcome::Other => {}
            Outcome::Unrelated => workspace.count_script(),
            Outcome::Broken(cause) => {
                workspace.unreadable(&shown(path, &folders.working), &cause);
            }
            Outcome::Read(text, reading) => {
                workspace.count_script();
                take(workspace, folders, path, text, reading);
            }
        }
    }
}

fn outcome(path: &Path, folders: &Folders) -> Outcome {
    let text = match text_of(path) {
        Ok(text) => text,
        Err(cause) => return Outcome::Broken(cause),
    };
    let is_markdown = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
    let kind = if is_markdown {
        Some(Kind::Markdown)
    } else {
        script::kind_of(&folders.root_name(path), &text)
    };
    match kind {
        None => Outcome::Other,
        Some(_) if !mentions_azure(&text) => Outcome::Unrelated,
        Some(kind) => {
            let reading = script::read(&text, kind);
            Outcome::Read(text.into(), reading)
        }
    }
}

fn take(
    workspace: &mut Workspace,
    folders: &Folders,
    path: &Path,
    text: Arc<str>,
    reading: Reading,
) {
    let first_text = workspace.texts.len();
    workspace.texts.push(Text { name: shown(path, &folders.working), text });
    add(workspace, folders, path, (first_text, reading, false));
}

/// Adds what was read in a file, which stands at this position among all texts, and whether that is code of another language.
pub(super) fn add(
    workspace: &mut Workspace,
    folders: &Folders,
    path: &Path,
    (first_text, reading, is_embedded): (usize, Reading, bool),
) {
    for diagnostic in &reading.diagnostics {
        let place = Place { file: 0, start: diagnostic.place.start, end: diagnostic.place.end };
        if diagnostic.kind == Trouble::Language {
            let texts = super::text::Texts::new(&workspace.texts, first_text);
            let notice = format!("{}: {}", texts.position(place), diagnostic.message);
            workspace.notice(notice);
        } else {
            workspace.broken(first_text, place, &diagnostic.message);
        }
    }
    let mut attachments = Vec::new();
    for (number, job) in reading.jobs.iter().enumerate() {
        for (at, operation) in job.operations.iter().enumerate() {
            let Some(file) = attached(operation, path, folders) else { continue };
            let Ok(text) = text_of(&file) else { continue };
            attachments.push((number, at, workspace.texts.len()));
            workspace.texts.push(Text { name: shown(&file, &folders.working), text: text.into() });
        }
    }
    let name = folders.root_name(path);
    let text = first_text;
    workspace.scripts.push(ScriptFile { name, text, reading, is_embedded, attachments });
}

/// The file with the body that an operation sends: beside the script, or at the top of the repository, and never
/// outside of it.
fn attached(operation: &Operation, script: &Path, folders: &Folders) -> Option<PathBuf> {
    let given = operation.given(&ATTACHED)?;
    let written = given.value.as_text()?;
    let relative = Path::new(written.strip_prefix('@').unwrap_or(written));
    if written.len() > 500 || written.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let folder = script.parent().unwrap_or(script);
    let candidates = [folder.join(relative), folders.boundary.join(relative)];
    candidates.into_iter().find_map(|path| {
        let path = path.canonicalize().ok()?;
        let data = path.metadata().ok()?;
        let is_body = data.is_file() && data.len() <= LARGEST_ATTACHMENT;
        (is_body && path.starts_with(&folders.boundary)).then_some(path)
    })
}

/// The text of a file. Scripts come in every encoding; what matters in them is ASCII.
fn text_of(path: &Path) -> Result<String, String> {
    let size = path.metadata().map_err(|error| error.to_string())?.len();
    if size > LARGEST_FILE as u64 {
        let most = LARGEST_FILE >> 20;
        return Err(format!(
            "the file has {} MB, more than the {most} MB that are read",
            size >> 20
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    Ok(encoding::decode(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Whether a text has the name of the Azure CLI, of a cmdlet or of a task in it. Where it has not, nothing of Azure runs,
/// and there is no need to understand it.
pub(super) fn mentions_azure(text: &str) -> bool {
    let bytes = text.as_bytes();
    let letter = |at: usize| bytes.get(at).copied().unwrap_or(b' ').to_ascii_lowercase();
    memchr::memchr2_iter(b'z', b'Z', bytes).any(|at| {
        let Some(start) = at.checked_sub(1).filter(|start| letter(*start) == b'a') else {
            return false;
        };
        let before = start.checked_sub(1).map_or(b' ', letter);
        let is_word = !before.is_ascii_alphanumeric() && !letter(at + 1).is_ascii_alphanumeric();
        let is_cmdlet = before == b'-';
        let is_task = (1..=3).map(|ahead| letter(at + ahead)).eq(*b"ure");
        is_word || is_cmdlet || is_task
    })
}

/// The name of a language in reports.
pub(super) fn language(language: Language) -> &'static str {
    match language {
        Language::Shell => "shell",
        Language::PowerShell => "PowerShell",
        Language::Batch => "batch",
    }
}

#[cfg(test)]
mod tests {
    use super::mentions_azure;

    #[test]
    fn scripts_that_run_nothing_of_azure_are_told_apart() {
        for text in [
            "az group list",
            "x=$(AZ login)",
            "C:\\az.cmd",
            "Get-AzVM",
            "uses: azure/cli@v2",
            "task: AzureCLI@2",
            "Login-AzureRmAccount",
        ] {
            assert!(mentions_azure(text), "{text}");
        }
        for text in ["", "z", "lazy", "make blaze", "razor az1", "terraform apply"] {
            assert!(!mentions_azure(text), "{text}");
        }
    }
}
