//! Reading many directories without having the code of all of them in memory: most call no module, and none calls them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::super::diagnostic::Diagnostic;
use super::super::evaluate;
use super::super::result::Root;
use super::super::source::Sources;
use super::load::{Files, files_of, normal, on_large_stack};
use super::parallel::in_order;
use super::{Assignment, Options, Project};

/// Directories that are read together where nothing binds them.
const TOGETHER: usize = 16;

/// Some of the directories: what was read, and what was made of the roots among them.
#[derive(Debug)]
pub struct Part<T> {
    /// The files.
    pub sources: Sources,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
    /// What was made of each root, in their order.
    pub roots: Vec<T>,
}

impl Project {
    /// Reads the Terraform code of directories, evaluates every root among them, and makes something of it. Code is
    /// forgotten as soon as all roots that lead to it are evaluated.
    pub fn in_parts<T: Send>(
        boundary: &Path,
        directories: &[PathBuf],
        options: &Options,
        make: impl Fn(Root) -> T + Sync,
    ) -> Vec<Part<T>> {
        let read = directories.par_iter().map(|path| normal(path));
        let mut files: HashMap<PathBuf, Files> = read
            .map(|path| {
                let files = files_of(&path);
                (path, files)
            })
            .collect();
        let reads_files =
            options.assignments.iter().any(|given| matches!(given, Assignment::File(_)));
        let is_bound = |path: &PathBuf| {
            reads_files || files.get(path).is_none_or(|files| files.iter().any(may_call))
        };
        let (bound, free): (Vec<PathBuf>, Vec<PathBuf>) =
            directories.iter().map(|path| normal(path)).partition(is_bound);
        let mut parts = Vec::new();
        let mut reached = HashSet::new();
        if !bound.is_empty() {
            let project = Self { files, ..Self::empty(boundary, options.clone()) };
            let mut project = on_large_stack(|| project.loaded(&bound));
            files = std::mem::take(&mut project.files);
            reached.extend(project.modules.iter().map(|module| module.directory.clone()));
            let mut roots = Vec::new();
            project.evaluate_with(&make, |made| roots.push(made));
            parts.push(project.part(roots));
        }
        let mut free = free.into_iter().filter(|path| !reached.contains(path)).peekable();
        let mut some: Vec<(Vec<PathBuf>, HashMap<PathBuf, Files>)> = Vec::new();
        while free.peek().is_some() {
            let paths: Vec<PathBuf> = free.by_ref().take(TOGETHER).collect();
            let files = paths.iter().filter_map(|path| files.remove_entry(path)).collect();
            some.push((paths, files));
        }
        let one = |at: usize| {
            let (paths, files) = some.get(at)?;
            let project = Self { files: files.clone(), ..Self::empty(boundary, options.clone()) };
            let project = project.loaded(paths);
            let root = |root: &usize| make(evaluate::root(&project, *root, &project.options));
            let roots = project.roots.iter().map(root).collect();
            Some(project.part(roots))
        };
        in_order(some.len(), one, |part| parts.extend(part));
        parts
    }

    /// What is kept of it when its roots are evaluated.
    fn part<T>(self, roots: Vec<T>) -> Part<T> {
        Part { sources: self.sources, diagnostics: self.diagnostics, roots }
    }
}

/// Whether a file may call a module. In JSON the word may be written with escapes.
fn may_call((name, text): &(String, Result<Arc<str>, String>)) -> bool {
    let Ok(text) = text else { return false };
    if Path::new(name).extension().is_some_and(|end| end == "json") {
        return text.contains("\"module\"") || text.contains('\\');
    }
    let (word, bytes) = (b"module", text.as_bytes());
    memchr::memmem::find_iter(bytes, word)
        .any(|at| begins_line(&bytes[..at]) && begins_call(&bytes[at + word.len()..]))
}

/// Whether a block may begin behind this text: at the start of a line, behind a comment, or behind a brace, where reading
/// goes on after an error.
fn begins_line(before: &[u8]) -> bool {
    let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let before = &before[..before.len() - blanks];
    let ends: [&[u8]; 5] = [b"\n", b"\r", b"*/", b"}", "\u{feff}".as_bytes()];
    before.is_empty() || ends.iter().any(|end| before.ends_with(end))
}

/// Whether what follows the word `module` makes it a call: a label in quotes, or a bare one and what follows a label.
fn begins_call(rest: &[u8]) -> bool {
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte) || !byte.is_ascii();
    // Otherwise it is a longer word.
    if rest.first().is_some_and(is_name) {
        return false;
    }
    let label = rest.trim_ascii_start();
    let name = label.iter().take_while(|byte| is_name(byte)).count();
    match label[name..].trim_ascii_start().first() {
        Some(b'"' | b'/') => true,
        Some(b'{') => name > 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::may_call;

    #[test]
    fn a_call_is_told_from_the_word() {
        for (name, text, expected) in [
            ("main.tf", "module \"a\" {\n}\n", true),
            ("main.tf", "\tmodule\t\"a\" {\n}\n", true),
            ("main.tf", "module\"a\" {\n}\n", true),
            ("main.tf", "module a {\n}\n", true),
            ("main.tf", "module \u{e4}-b_1 {\n}\n", true),
            ("main.tf", "module /* which */ \"a\" {\n}\n", true),
            ("main.tf", "module a/* which */{\n}\n", true),
            ("main.tf", "module a\"b\" {\n}\n", true),
            ("main.tf", "\u{feff}module \"a\" {\n}\n", true),
            ("main.tf", "/* one */ module \"a\" {\n}\n", true),
            ("main.tf", "a = }\r\n} module \"a\" {\r\n}\r\n", true),
            ("main.tf", "# The root module of it.\n", false),
            ("main.tf", "# The root module \"a\".\n", false),
            ("main.tf", "description = \"of this module\"\n", false),
            ("main.tf", "description = \"of this root module.\"\n", false),
            ("main.tf", "source = \"./modules/a\"\n", false),
            ("main.tf", "modules {\n}\n", false),
            ("main.tf.json", "{\"module\": {}}", true),
            ("main.tf.json", "{\"modul\\u0065\": {}}", true),
            ("main.tf.json", "{\"variable\": {\"module\\n\": {}}}", true),
            (
                "main.tf.json",
                "{\"variable\": {\"a\": {\"description\": \"of this module\"}}}",
                false,
            ),
        ] {
            let file = (name.to_owned(), Ok(Arc::from(text)));
            assert_eq!(may_call(&file), expected, "{text}");
        }
        assert!(!may_call(&("main.tf".to_owned(), Err("gone".to_owned()))));
    }
}
