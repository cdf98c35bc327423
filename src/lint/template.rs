//! ARM templates and Bicep of a run: which of them are roots, with which parameters.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::discover::Found;
use super::text::{Text, Texts, shown};
use super::workspace::{Added, Folders, Workspace, scope_of};
use crate::code::adapter::{self, Unmapped};
use crate::code::stored::Stored;
use crate::code::template::model::{Source, Template};
use crate::code::template::read::Shape;
use crate::code::template::{
    Arguments, Evaluation, Loaded, Nature, Problem, Project, deploy, evaluate, limit, nature,
    parameter_file,
};

/// How much of a JSON file that is too large is looked at, to tell whether it is a template at all.
const HEAD: u64 = 64 * 1024;

/// JSON that is not read here.
#[derive(Default)]
struct Unread {
    /// Plans of Terraform.
    plans: Vec<PathBuf>,
    /// Files that cannot be read, and what the system says.
    broken: Vec<(PathBuf, String)>,
}

/// A template that is deployed by itself.
struct Root {
    /// Its path.
    project: String,
    /// The name of the file of its parameters, where there are several.
    variant: Option<String>,
    templates: Vec<Arc<Template>>,
    arguments: Arguments,
}

/// What one root gave.
struct Outcome {
    project: String,
    variant: Option<String>,
    stored: Stored,
    unmapped: Vec<Unmapped>,
    unread: Vec<deploy::Unread>,
    problems: Vec<Problem>,
}

/// Reads the templates among the files that were found; answers the plans of Terraform among them.
pub(super) fn read(workspace: &mut Workspace, folders: &Folders, found: &Found) -> Vec<PathBuf> {
    let Ok(project) = Project::new(&folders.boundary) else { return Vec::new() };
    let mut unread = Unread::default();
    let loaded = load(&project, found, &mut unread);
    for (path, cause) in &unread.broken {
        workspace.unreadable(&shown(path, &folders.working), cause);
    }
    let (roots, mut problems) = roots(&project, folders, &loaded);
    let told = |(number, loaded): (u32, Arc<Loaded>)| (number, loaded.problems.clone());
    let mut told: BTreeMap<u32, Vec<Problem>> = loaded.into_values().map(told).collect();
    let outcomes: Vec<Outcome> =
        roots.into_par_iter().flat_map_iter(|root| outcomes(&project, root)).collect();
    let first_text = workspace.texts.len();
    for number in 0.. {
        let Some(file) = project.file(number) else { break };
        let name = shown(&file.path, &folders.working);
        workspace.texts.push(Text { name, text: file.text.clone() });
        problems.extend(told.remove(&number).unwrap_or_else(|| {
            project.loaded(number).map_or_else(Vec::new, |loaded| loaded.problems.clone())
        }));
    }
    for outcome in outcomes {
        let texts = Texts::new(&workspace.texts, first_text);
        let notices: Vec<String> = (outcome.unread.iter())
            .map(|unread| {
                let named = if unread.source.is_empty() { "a template" } else { &unread.source };
                format!(
                    "{named} is not read ({}), so its resources are not judged: {}",
                    unread.why,
                    texts.position(unread.place)
                )
            })
            .collect();
        for notice in notices {
            workspace.notice(notice);
        }
        problems.extend(outcome.problems);
        let Outcome { project, variant, stored, unmapped, .. } = outcome;
        workspace.add(Added { project, variant, first_text, stored, unmapped, change: None });
    }
    let mut told = BTreeSet::new();
    for problem in problems {
        if told.insert((problem.place, problem.message.clone())) {
            workspace.broken(first_text, problem.place, &problem.message);
        }
    }
    unread.plans
}

/// The templates and parameter files, by path.
fn load(
    project: &Project,
    found: &Found,
    unread: &mut Unread,
) -> BTreeMap<PathBuf, (u32, Arc<Loaded>)> {
    let mut loaded = BTreeMap::new();
    for path in &found.files {
        let is_json = path.extension().is_some_and(|end| end != "bicep" && end != "bicepparam");
        match if is_json { nature_of(path) } else { Ok(Nature::Template) } {
            // A compiled template says nothing new beside its source, if that is read as well.
            Ok(Nature::Compiled) if found.files.contains(&path.with_extension("bicep")) => continue,
            Ok(Nature::Other) => continue,
            Ok(Nature::Plan) => {
                unread.plans.push(path.clone());
                continue;
            }
            Ok(_) => {}
            Err(cause) => {
                unread.broken.push((path.clone(), cause));
                continue;
            }
        }
        match project.open(path) {
            Ok(number) => {
                loaded.insert(path.clone(), (number, project.load(number)));
            }
            Err(cause) => unread.broken.push((path.clone(), cause)),
        }
    }
    loaded
}

/// What a JSON file is. Of one that is too large only the head is looked at.
fn nature_of(path: &Path) -> Result<Nature, String> {
    let size = path.metadata().map_err(|error| error.to_string())?.len();
    let most = if size > limit::FILE_BYTES { HEAD } else { limit::FILE_BYTES };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    Ok(nature(&bytes))
}

/// The templates that no other one deploys, once for each of their parameter files.
fn roots(
    project: &Project,
    folders: &Folders,
    loaded: &BTreeMap<PathBuf, (u32, Arc<Loaded>)>,
) -> (Vec<Root>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut parameters: HashMap<u32, Vec<(&Path, Arguments)>> = HashMap::new();
    for (path, (number, of)) in loaded {
        if of.shape != Shape::Parameters {
            continue;
        }
        let file = parameter_file(project, *number);
        let template = file.template.or_else(|| named_template(path, loaded));
        problems.extend(file.problems);
        if let Some(template) = template {
            parameters.entry(template).or_default().push((path, file.arguments));
        }
    }
    let mut roots = Vec::new();
    for (path, number) in top_most(project, loaded) {
        let name = folders.root_name(path);
        let templates = project.load(number).templates.clone();
        // No other one deploys it, so it is of no use once it is evaluated.
        project.forget(number);
        let given = parameters.remove(&number).unwrap_or_default();
        let is_only = given.len() < 2;
        let root = |variant, arguments| {
            let (project, templates) = (name.clone(), templates.clone());
            Root { project, variant, templates, arguments }
        };
        if given.is_empty() {
            roots.push(root(None, Arguments::default()));
        }
        for (path, arguments) in given {
            let file = shown(path, &folders.working);
            roots.push(root((!is_only).then_some(file), arguments));
        }
    }
    (roots, problems)
}

/// `main.parameters.json` and `main.parameters.prod.json` are for `main.json` or `main.bicep`.
fn named_template(path: &Path, loaded: &BTreeMap<PathBuf, (u32, Arc<Loaded>)>) -> Option<u32> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let at = name.find(".parameters").or_else(|| name.find(".param"))?;
    let stem = path.file_name()?.to_string_lossy().get(..at)?.to_owned();
    let folder = path.parent()?;
    ["bicep", "json"].iter().find_map(|end| {
        let (number, loaded) = loaded.get(&folder.join(format!("{stem}.{end}")))?;
        matches!(loaded.shape, Shape::Template | Shape::Templates).then_some(*number)
    })
}

/// The templates from which all others are reached. Of templates that deploy one another in a circle the first
/// counts, so that none goes missing.
fn top_most<'l>(
    project: &Project,
    loaded: &'l BTreeMap<PathBuf, (u32, Arc<Loaded>)>,
) -> Vec<(&'l Path, u32)> {
    let of: HashMap<u32, Vec<u32>> = loaded
        .values()
        .map(|(number, loaded)| {
            let sources = loaded.templates.iter().flat_map(|template| sources(template));
            let files = sources.filter_map(|source| project.relative(*number, &source).ok());
            (*number, files.filter(|file| file != number).collect())
        })
        .collect();
    let used: BTreeSet<u32> = of.values().flatten().copied().collect();
    let is_template = |loaded: &Loaded| matches!(loaded.shape, Shape::Template | Shape::Templates);
    let all = loaded.iter().filter(|(_, (_, loaded))| is_template(loaded));
    let all: Vec<(&Path, u32)> = all.map(|(path, (number, _))| (path.as_path(), *number)).collect();
    let (lower, mut roots): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(_, number)| used.contains(number));
    let mut reached = BTreeSet::new();
    for (_, number) in &roots {
        reach(*number, &of, &mut reached);
    }
    for (path, number) in lower {
        if !reached.contains(&number) {
            reach(number, &of, &mut reached);
            roots.push((path, number));
        }
    }
    roots.sort_unstable();
    roots
}

fn reach(from: u32, of: &HashMap<u32, Vec<u32>>, reached: &mut BTreeSet<u32>) {
    let mut left = vec![from];
    while let Some(number) = left.pop() {
        if reached.insert(number) {
            left.extend(of.get(&number).into_iter().flatten());
        }
    }
}

/// The files that a template deploys.
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

/// A file may hold a list of templates.
fn outcomes(project: &Project, root: Root) -> Vec<Outcome> {
    let Root { project: path, variant, templates, arguments } = root;
    let one = |(at, template): (usize, &Arc<Template>)| {
        let evaluation = evaluate(project, template, &arguments);
        let adapted = adapter::template::declarations(&evaluation);
        let path = if at == 0 { path.clone() } else { format!("{path}[{at}]") };
        let Evaluation { unread, problems, .. } = evaluation;
        let scope = scope_of(&path, variant.as_deref());
        let stored = Stored::of(&adapted.declarations, &scope, false);
        drop(scope);
        let (variant, unmapped) = (variant.clone(), adapted.unmapped);
        Outcome { project: path, variant, stored, unmapped, unread, problems }
    };
    templates.iter().enumerate().map(one).collect()
}
