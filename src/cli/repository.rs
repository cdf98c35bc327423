//! Where the repositories are that files stand in, for reports that name files as GitHub does.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::report::Roots;

/// The working directory, and the tops of the repositories of these files.
pub(super) fn roots<'p>(files: impl Iterator<Item = &'p Path>) -> Roots {
    let Ok(working) = std::env::current_dir() else { return Roots::default() };
    let mut known: HashMap<PathBuf, Option<PathBuf>> = HashMap::new();
    let mut tops = BTreeSet::new();
    for file in files {
        let path = working.join(file);
        let folder = if path.is_dir() { Some(&*path) } else { path.parent() };
        tops.extend(folder.and_then(|folder| top(folder, &mut known)));
    }
    Roots { working: Some(working), repositories: tops.into_iter().collect() }
}

/// The nearest folder around this one that is a checkout; of a worktree or a submodule `.git` is a file.
fn top(folder: &Path, known: &mut HashMap<PathBuf, Option<PathBuf>>) -> Option<PathBuf> {
    if let Some(top) = known.get(folder) {
        return top.clone();
    }
    let found = if folder.join(".git").exists() {
        Some(folder.to_path_buf())
    } else {
        folder.parent().and_then(|around| top(around, known))
    };
    known.insert(folder.to_path_buf(), found.clone());
    found
}
