//! Which templates are judged by themselves: those that the command line names, and those that no other root deploys.
//!
//! A template that Terraform, another template or a file of Bicep deploys is judged there, with what it is given. It is left
//! out only where a root that is judged takes it in, so that none goes missing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::{memchr2_iter, memmem};

use crate::code::template::model::{Source, Template};
use crate::code::template::read::Shape;
use crate::code::template::{Problem, Project};
use crate::code::terraform::result as terraform;

/// The templates and parameter files of a run, by path.
pub(super) type Files = BTreeMap<PathBuf, File>;

/// What is known of a template or a file of parameters before anything of it is judged.
#[derive(Debug)]
pub(super) struct File {
    /// Its number.
    pub number: u32,
    /// What it is.
    pub shape: Shape,
    /// What is wrong with it, as far as it was parsed.
    pub problems: Vec<Problem>,
    /// The files that it names by a path.
    names: Vec<Arc<str>>,
}

impl File {
    /// Parses a file, and keeps it parsed.
    pub fn parsed(project: &Project, number: u32) -> Self {
        let loaded = project.load(number);
        let names = loaded.templates.iter().flat_map(|template| sources(template)).collect();
        Self { number, shape: loaded.shape, problems: loaded.problems.clone(), names }
    }

    /// A template that names no other file, so that there is time to parse it when it is judged.
    pub fn alone(number: u32) -> Self {
        Self { number, shape: Shape::Template, problems: Vec::new(), names: Vec::new() }
    }
}

/// Whether a template may name another file by a path: it has a word that such names go with, or hides words in escapes.
pub(super) fn may_name(text: &str, is_bicep: bool) -> bool {
    let text = text.as_bytes();
    let words: &[&[u8]] = if is_bicep { &[b"module", b"import"] } else { &[b"\\u"] };
    words.iter().any(|word| memmem::find(text, word).is_some()) || may_link(text)
}

/// Whether `relativePath` stands in a text, in any case, as names of properties may.
fn may_link(text: &[u8]) -> bool {
    let (name, rarest) = (b"relativePath", 6);
    memchr2_iter(b'v', b'V', text).any(|at| {
        let start = at.checked_sub(rarest);
        let word = start.and_then(|start| text.get(start..start + name.len()));
        word.is_some_and(|word| word.eq_ignore_ascii_case(name))
    })
}

/// What Terraform takes from files.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// The templates that it deploys.
    pub deployed: BTreeSet<PathBuf>,
    /// All files whose text it reads.
    pub read: BTreeSet<PathBuf>,
}

impl Taken {
    /// What a root takes, as `deployed` tells and the texts that it reads.
    pub fn of(root: &terraform::Root, deployed: Vec<PathBuf>) -> Self {
        let read = root.texts.iter().map(|text| text.path.clone());
        Self { deployed: deployed.into_iter().collect(), read: read.collect() }
    }

    /// Adds what another root takes.
    pub fn add(&mut self, other: Self) {
        self.deployed.extend(other.deployed);
        self.read.extend(other.read);
    }
}

/// The templates of a run, and which of them name which.
pub(super) struct Templates<'l> {
    paths: BTreeMap<u32, &'l Path>,
    /// By the path that a link leads to.
    numbers: HashMap<PathBuf, u32>,
    /// What each names by a path that stands in its text.
    named: HashMap<u32, Vec<u32>>,
}

/// A template that was judged by itself.
pub(super) struct Judged<T> {
    /// Its number.
    pub template: u32,
    /// What came of it.
    pub outcome: T,
    /// The files that it deploys.
    pub deployed: Vec<PathBuf>,
}

impl<'l> Templates<'l> {
    /// The templates among files.
    pub fn of(project: &Project, files: &'l Files) -> Self {
        let mut templates =
            Self { paths: BTreeMap::new(), numbers: HashMap::new(), named: HashMap::new() };
        for (path, File { number, shape, .. }) in files {
            if matches!(shape, Shape::Template | Shape::Templates) {
                templates.paths.entry(*number).or_insert(path);
                let real = project.file(*number).map(|file| file.path.clone());
                templates.numbers.extend(real.map(|real| (real, *number)));
            }
        }
        for File { number, names, .. } in files.values() {
            let found = names.iter().filter_map(|name| {
                let file = project.relative(*number, name).ok()?;
                templates.number(&project.file(file)?.path)
            });
            let found = found.filter(|found| found != number).collect();
            templates.named.insert(*number, found);
        }
        templates
    }

    /// The path of a template, as it was found.
    pub fn path(&self, template: u32) -> Option<&'l Path> {
        self.paths.get(&template).copied()
    }

    /// The template in a file. What the compiler of Bicep wrote is that of its source, if that is read as well.
    fn number(&self, path: &Path) -> Option<u32> {
        let found = self.numbers.get(path);
        found.or_else(|| self.numbers.get(&path.with_extension("bicep"))).copied()
    }

    /// Judges templates until each is judged by itself or taken in by one that is; answers what came of them, in the order of
    /// their paths. `elsewhere` are the files that are judged where others deploy them.
    pub fn judge<T>(
        &self,
        by_name: &BTreeSet<PathBuf>,
        elsewhere: &BTreeSet<PathBuf>,
        mut judge: impl FnMut(&[u32]) -> Vec<Judged<T>>,
    ) -> Vec<T> {
        let mut left: BTreeSet<u32> = self.paths.keys().copied().collect();
        let named = by_name.iter().filter_map(|path| self.numbers.get(path));
        let named: Vec<u32> = named.copied().collect();
        for number in elsewhere.iter().filter_map(|path| self.number(path)) {
            left.remove(&number);
        }
        let mut kept = BTreeMap::new();
        let mut take = |roots: Vec<Root<T>>, left: &mut BTreeSet<u32>| {
            for root in roots {
                left.remove(&root.template);
                for taken_in in &root.takes_in {
                    left.remove(taken_in);
                }
                kept.insert(self.path(root.template), root.outcome);
            }
        };
        let roots = |judged: Vec<Judged<T>>| judged.into_iter().map(|one| self.root(one)).collect();
        if !named.is_empty() {
            take(roots(judge(&named)), &mut left);
        }
        while !left.is_empty() {
            let judged = judge(&self.top_most(&left));
            if judged.is_empty() {
                break;
            }
            take(independent(roots(judged)), &mut left);
        }
        kept.into_values().collect()
    }

    fn root<T>(&self, judged: Judged<T>) -> Root<T> {
        let Judged { template, outcome, deployed } = judged;
        let mut takes_in = BTreeSet::new();
        self.reach(template, &mut takes_in);
        for number in deployed.iter().filter_map(|path| self.number(path)) {
            self.reach(number, &mut takes_in);
        }
        takes_in.remove(&template);
        Root { template, outcome, takes_in }
    }

    /// The templates that no other one of these names, in the order of their paths. Of those that name one another in a circle
    /// the first counts.
    fn top_most(&self, of: &BTreeSet<u32>) -> Vec<u32> {
        let named = |number: &u32| self.named.get(number).into_iter().flatten().copied();
        let used: BTreeSet<u32> = of.iter().flat_map(named).collect();
        let mut all: Vec<u32> = of.iter().copied().collect();
        all.sort_by_key(|number| self.path(*number));
        let (lower, mut found): (Vec<u32>, Vec<u32>) =
            all.into_iter().partition(|number| used.contains(number));
        let mut reached = BTreeSet::new();
        for number in &found {
            self.reach(*number, &mut reached);
        }
        for number in lower {
            if !reached.contains(&number) {
                self.reach(number, &mut reached);
                found.push(number);
            }
        }
        found.sort_by_key(|number| self.path(*number));
        found
    }

    fn reach(&self, from: u32, reached: &mut BTreeSet<u32>) {
        let mut left = vec![from];
        while let Some(number) = left.pop() {
            if reached.insert(number) {
                left.extend(self.named.get(&number).into_iter().flatten());
            }
        }
    }
}

/// A template that was judged by itself, and the others that it takes in.
struct Root<T> {
    template: u32,
    outcome: T,
    takes_in: BTreeSet<u32>,
}

/// Those that none of the others takes in. Of those that take one another in the first counts.
fn independent<T>(mut roots: Vec<Root<T>>) -> Vec<Root<T>> {
    let mut found = Vec::new();
    while !roots.is_empty() {
        let taken: BTreeSet<u32> = roots.iter().flat_map(|root| &root.takes_in).copied().collect();
        let (mut rest, mut free): (Vec<_>, Vec<_>) =
            roots.into_iter().partition(|root| taken.contains(&root.template));
        if free.is_empty() {
            free.push(rest.remove(0));
        }
        let gone: BTreeSet<u32> = free.iter().flat_map(|root| &root.takes_in).copied().collect();
        rest.retain(|root| !gone.contains(&root.template));
        found.extend(free);
        roots = rest;
    }
    found
}

/// The files that a template names by a path.
fn sources(template: &Template) -> Vec<Arc<str>> {
    let mut found: Vec<Arc<str>> =
        template.imports.iter().map(|import| import.from.clone()).collect();
    let mut left = vec![template];
    while let Some(template) = left.pop() {
        for nested in template.resources.iter().filter_map(|resource| resource.deployment.as_ref())
        {
            match &nested.source {
                Source::Inline(template) => left.push(template),
                Source::Path(path, _) => found.push(path.clone()),
                Source::Address(_) | Source::Missing(_) => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::may_name;

    #[test]
    fn what_names_no_file_is_told_by_its_text() {
        for (text, is_bicep, expected) in [
            ("{\"templateLink\": {\"relativePath\": \"a.json\"}}", false, true),
            ("{\"templateLink\": {\"RELATIVEPATH\": \"a.json\"}}", false, true),
            ("{\"templateLink\": {\"relati\\u0076ePath\": \"a.json\"}}", false, true),
            (
                "{\"type\": \"Microsoft.RecoveryServices/vaults\", \"description\": \"a module\"}",
                false,
                false,
            ),
            ("vePath", false, false),
            ("relative", false, false),
            ("module a './a.bicep' = {\n}\n", true, true),
            ("import { a } from './a.bicep'\n", true, true),
            ("properties: { templateLink: { relativePath: 'a.json' } }", true, true),
            ("resource v 'Microsoft.RecoveryServices/vaults@2024-04-01' = {\n}\n", true, false),
        ] {
            assert_eq!(may_name(text, is_bicep), expected, "{text}");
        }
    }
}
