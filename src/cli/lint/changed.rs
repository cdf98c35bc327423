//! What Git says has changed. It is asked for names only, and runs nothing that a repository configures.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use miette::Diagnostic;
use thiserror::Error;

/// A repository that takes longer to say what changed has other problems.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why nobody knows what changed.
#[derive(Debug, Error, Diagnostic)]
pub(in crate::cli) enum ChangedError {
    /// Git is not there.
    #[error("--changed-since asks git, and git cannot be started: {0}")]
    #[diagnostic(code(backuplint::lint::git), help("install git, or leave out --changed-since"))]
    NoGit(std::io::Error),
    /// Git refuses.
    #[error("git cannot say what changed since `{revision}`: {said}")]
    #[diagnostic(
        code(backuplint::lint::git),
        help(
            "the revision must be there: in a pipeline, fetch it first (`git fetch --depth=1 origin main`)"
        )
    )]
    Refused {
        /// The revision.
        revision: String,
        /// What it says.
        said: String,
    },
    /// It takes too long.
    #[error("git did not say within {} seconds what changed", PATIENCE.as_secs())]
    #[diagnostic(code(backuplint::lint::git), help("try `git diff --name-only` yourself"))]
    Slow,
}

/// The files that changed since a revision, or are new, in the repositories of these paths.
pub(in crate::cli) fn changed_since(
    revision: &str,
    paths: &[PathBuf],
) -> Result<BTreeSet<PathBuf>, ChangedError> {
    let mut changed = BTreeSet::new();
    let folders: BTreeSet<&Path> = paths.iter().map(|path| folder_of(path)).collect();
    for folder in folders {
        let ask = |arguments: &[&str]| ask(folder, revision, arguments);
        if revision.starts_with('-') {
            let said = "a revision does not begin with a dash".to_owned();
            return Err(ChangedError::Refused { revision: revision.to_owned(), said });
        }
        let top = ask(&["rev-parse", "--show-toplevel"])?;
        let top = PathBuf::from(top.trim_end_matches('\n'));
        let diff =
            ask(&["diff", "--no-ext-diff", "--no-textconv", "--name-only", "-z", revision, "--"])?;
        let top_text = top.to_string_lossy().into_owned();
        let new = ask(&["-C", &top_text, "ls-files", "--others", "--exclude-standard", "-z"])?;
        let names = diff.split('\0').chain(new.split('\0')).filter(|name| !name.is_empty());
        changed.extend(names.map(|name| {
            let path = top.join(name);
            path.canonicalize().unwrap_or(path)
        }));
    }
    Ok(changed)
}

fn folder_of(path: &Path) -> &Path {
    if path.is_dir() {
        return path;
    }
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn ask(folder: &Path, revision: &str, arguments: &[&str]) -> Result<String, ChangedError> {
    let child = Command::new("git")
        .arg("-C")
        .arg(folder)
        // A file watcher is a program that the repository names.
        .args(["-c", "core.fsmonitor=false", "--no-optional-locks"])
        .args(arguments)
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child = child.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            ChangedError::NoGit(std::io::Error::new(error.kind(), "there is no such program"))
        }
        _ => ChangedError::NoGit(error),
    })?;
    let (done, wait) = mpsc::channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    let output: Output = match wait.recv_timeout(PATIENCE) {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(ChangedError::NoGit(error)),
        Err(_) => return Err(ChangedError::Slow),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("it gives no reason").to_owned();
        return Err(ChangedError::Refused { revision: revision.to_owned(), said });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
