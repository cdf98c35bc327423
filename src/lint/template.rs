//! ARM templates and Bicep of a run: which of them are roots, with which parameters.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::deployed::{File, Files, Judged, Taken, Templates, may_name};
use super::discover::Found;
use super::text::{Text, Texts, shown};
use super::workspace::{Added, Folders, Workspace, scope_of};
use crate::code::adapter::{self, Adapted, Unmapped};
use crate::code::embedded::{EmbeddedScript, deployment_scripts};
use crate::code::stored::Stored;
use crate::code::template::deploy::Unread;
use crate::code::template::model::{Language, Template};
use crate::code::template::read::Shape;
use crate::code::template::{
    Arguments, Evaluation, Nature, Problem, Project, evaluate, limit, nature, parameter_file,
};
use crate::code::value::Cause;
use crate::encoding::text_of;
use crate::inventory::CodeLanguage;

/// How much of a JSON file that is too large is looked at, to tell whether it is a template at all.
const HEAD: u64 = 64 * 1024;

/// The files of templates and plans, told apart by the names at their top.
#[derive(Default)]
pub(super) struct Sorted {
    /// Templates and their parameters.
    templates: Vec<Written>,
    /// Plans of Terraform.
    pub plans: Vec<PathBuf>,
    /// Files that cannot be read, and what the system says.
    broken: Vec<(PathBuf, String)>,
}

/// A template or parameters of one.
struct Written {
    path: PathBuf,
    nature: Nature,
    /// None if only [`Project::open`] can tell: it is a link, or no text.
    text: Option<Arc<str>>,
}

/// A template that is deployed by itself.
struct Root {
    /// Its number.
    template: u32,
    /// Its path.
    project: String,
    /// The names of the files of its parameters, where there are several, and what they give.
    variants: Vec<(Option<String>, Arguments)>,
}

/// What one template gave.
#[derive(Default)]
struct Outcome {
    /// For each of its files of parameters, and of the templates in it.
    deployments: Vec<Deployment>,
    /// What is wrong with the file itself.
    problems: Vec<Problem>,
}

/// What one deployment of a template gave.
struct Deployment {
    project: String,
    variant: Option<String>,
    language: CodeLanguage,
    stored: Stored,
    unmapped: Vec<Unmapped>,
    scripts: Vec<EmbeddedScript>,
    unread: Vec<Unread>,
    problems: Vec<Problem>,
}

/// Reads the files that were found, and tells apart what they are.
pub(super) fn sort(found: &Found) -> Sorted {
    let mut sorted = Sorted::default();
    let mut bytes = Vec::new();
    for path in &found.files {
        let is_json = path.extension().is_some_and(|end| end != "bicep" && end != "bicepparam");
        let is_whole = match read_into(&mut bytes, path) {
            Ok(is_whole) => is_whole,
            Err(error) => {
                sorted.broken.push((path.clone(), error.to_string()));
                continue;
            }
        };
        match if is_json { nature(&bytes) } else { Nature::Template } {
            // A compiled template says nothing new beside its source, if that is read as well.
            Nature::Compiled
                if found.files.contains(&path.with_extension("bicep"))
                    && !found.by_name.contains(path) => {}
            Nature::Other => {}
            Nature::Plan => sorted.plans.push(path.clone()),
            nature => {
                let is_text = is_whole && !found.links.contains(path);
                let text = if is_text { text_of(&bytes).map(Arc::from) } else { None };
                sorted.templates.push(Written { path: path.clone(), nature, text });
            }
        }
    }
    sorted
}

/// Reads templates. Those that Terraform deploys are judged where it does, unless the command line names them.
pub(super) fn read(
    workspace: &mut Workspace,
    folders: &Folders,
    (found, mut sorted): (&Found, Sorted),
    taken: &Taken,
) {
    let Ok(project) = Project::new(&folders.boundary) else { return };
    let mut files = Files::new();
    for Written { path, nature, text } in sorted.templates {
        let number = match text {
            Some(text) => project.take(&path, text),
            None => project.open(&path),
        };
        match number {
            Ok(number) => {
                let is_alone = is_alone(&project, number, &path, nature);
                let file =
                    if is_alone { File::alone(number) } else { File::parsed(&project, number) };
                files.insert(path, file);
            }
            Err(cause) => sorted.broken.push((path, cause)),
        }
    }
    for (path, cause) in &sorted.broken {
        workspace.unreadable(&shown(path, &folders.working), cause);
    }
    let (mut parameters, mut problems) = parameters(&project, &files);
    let templates = Templates::of(&project, &files);
    let given: BTreeMap<PathBuf, u32> = files_of(&parameters);
    let judge = |numbers: &[u32]| {
        let roots = numbers.iter().filter_map(|number| {
            let given = parameters.remove(number).unwrap_or_default();
            Some(root(folders, (*number, templates.path(*number)?), given))
        });
        roots.collect::<Vec<Root>>().into_par_iter().map(|root| judged(&project, root)).collect()
    };
    let outcomes = templates.judge(&found.by_name, &taken.deployed, judge);
    for notice in unused(folders, &templates, &given, taken, &outcomes) {
        workspace.notice(notice);
    }
    let told = |(path, file): (PathBuf, File)| {
        // What Terraform renders need not be JSON before.
        let is_told = !taken.deployed.contains(&path) || found.by_name.contains(&path);
        (file.number, if is_told { file.problems } else { Vec::new() })
    };
    let mut told: BTreeMap<u32, Vec<Problem>> = files.into_iter().map(told).collect();
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
        problems.extend(outcome.problems);
        for deployment in outcome.deployments {
            problems.extend(take(workspace, first_text, deployment));
        }
    }
    let mut told = BTreeSet::new();
    for problem in problems {
        if told.insert((problem.place, problem.message.clone())) {
            workspace.broken(first_text, problem.place, &problem.message);
        }
    }
}

/// Adds what a deployment gave; answers what is wrong with it.
fn take(workspace: &mut Workspace, first_text: usize, deployment: Deployment) -> Vec<Problem> {
    let Deployment { project, variant, language, stored, unmapped, scripts, unread, mut problems } =
        deployment;
    workspace.embedded.extend(scripts.into_iter().map(|script| (first_text, script)));
    for unread in unread {
        let named = if unread.source.is_empty() { "a template" } else { &unread.source };
        let message =
            format!("{named} is not read ({}), so its resources are not judged", unread.why);
        match unread.cause {
            // It belongs to the project, and lacks.
            Cause::MissingFile | Cause::InvalidExpression => {
                problems.push(Problem { message, place: unread.place });
            }
            _ => {
                let texts = Texts::new(&workspace.texts, first_text);
                workspace.notice(format!("{message}: {}", texts.position(unread.place)));
            }
        }
    }
    let change = None;
    workspace.add(Added { project, variant, language, first_text, stored, unmapped, change });
    problems
}

/// Whether a file is a template that names no other one. What is not told by its text alone is parsed at once.
fn is_alone(project: &Project, number: u32, path: &Path, nature: Nature) -> bool {
    let is_bicep = match path.extension().and_then(OsStr::to_str) {
        Some(end) if end.eq_ignore_ascii_case("bicep") => true,
        Some(end) if end.eq_ignore_ascii_case("bicepparam") => return false,
        _ if matches!(nature, Nature::Template | Nature::Compiled) => false,
        _ => return false,
    };
    project.file(number).is_some_and(|file| !may_name(&file.text, is_bicep))
}

/// Puts the bytes of a file in the place of others. Of one that is too large only the head is read; answers whether that is all.
fn read_into(bytes: &mut Vec<u8>, path: &Path) -> io::Result<bool> {
    let mut file = fs::File::open(path)?;
    let size = file.metadata()?.len();
    let is_whole = size <= limit::FILE_BYTES;
    let length = if is_whole { size } else { HEAD };
    bytes.clear();
    bytes.resize(usize::try_from(length).map_err(io::Error::other)?, 0);
    file.read_exact(bytes)?;
    Ok(is_whole)
}

/// The files of parameters with what they give, by their template.
type Parameters<'p> = HashMap<u32, Vec<(&'p Path, Arguments)>>;

/// The files of parameters, and what is wrong with them.
fn parameters<'p>(project: &Project, files: &'p Files) -> (Parameters<'p>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut parameters = Parameters::new();
    for (path, File { number, shape, .. }) in files {
        if *shape != Shape::Parameters {
            continue;
        }
        let file = parameter_file(project, *number);
        let template = file.template.or_else(|| named_template(path, files));
        problems.extend(file.problems);
        if let Some(template) = template {
            parameters.entry(template).or_default().push((path, file.arguments));
        }
    }
    (parameters, problems)
}

/// The files of parameters, with their templates.
fn files_of(parameters: &Parameters<'_>) -> BTreeMap<PathBuf, u32> {
    let of = |(template, given): (&u32, &Vec<(&Path, Arguments)>)| {
        let template = *template;
        given.iter().map(move |(path, _)| (path.to_path_buf(), template)).collect::<Vec<_>>()
    };
    parameters.iter().flat_map(of).collect()
}

/// What to say of files of parameters that count for nothing, since their template is judged elsewhere, with what it is given
/// there.
fn unused(
    folders: &Folders,
    templates: &Templates<'_>,
    given: &BTreeMap<PathBuf, u32>,
    taken: &Taken,
    outcomes: &[Outcome],
) -> Vec<String> {
    let deployments = outcomes.iter().flat_map(|outcome| &outcome.deployments);
    let judged: BTreeSet<&str> =
        deployments.map(|deployment| deployment.project.as_str()).collect();
    let unused = given.iter().filter_map(|(path, template)| {
        let template = templates.path(*template)?;
        let is_used =
            taken.read.contains(path) || judged.contains(folders.root_name(template).as_str());
        (!is_used).then(|| {
            let (path, template) =
                (shown(path, &folders.working), shown(template, &folders.working));
            format!(
                "{path} is not used: {template} is judged where it is deployed; name {template} to judge it with this file, too"
            )
        })
    });
    unused.collect()
}

/// A template as a root.
fn root(folders: &Folders, (template, path): (u32, &Path), given: Vec<(&Path, Arguments)>) -> Root {
    let is_only = given.len() < 2;
    let variant = |(path, arguments): (&Path, Arguments)| {
        ((!is_only).then(|| shown(path, &folders.working)), arguments)
    };
    let mut variants: Vec<_> = given.into_iter().map(variant).collect();
    if variants.is_empty() {
        variants.push((None, Arguments::default()));
    }
    Root { template, project: folders.root_name(path), variants }
}

/// `main.parameters.json` and `main.parameters.prod.json` are for `main.json` or `main.bicep`.
fn named_template(path: &Path, files: &Files) -> Option<u32> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let at = name.find(".parameters").or_else(|| name.find(".param"))?;
    let stem = path.file_name()?.to_string_lossy().get(..at)?.to_owned();
    let folder = path.parent()?;
    ["bicep", "json"].iter().find_map(|end| {
        let File { number, shape, .. } = files.get(&folder.join(format!("{stem}.{end}")))?;
        matches!(shape, Shape::Template | Shape::Templates).then_some(*number)
    })
}

/// What a root gives, and the files that it deploys.
fn judged(project: &Project, root: Root) -> Judged<Outcome> {
    let loaded = project.load(root.template);
    // Few others link to it, so it is of no use once it is evaluated.
    project.forget(root.template);
    let mut outcome = Outcome { problems: loaded.problems.clone(), ..Outcome::default() };
    let mut deployed = Vec::new();
    for (variant, arguments) in root.variants {
        // A file may hold a list of templates.
        for (at, template) in loaded.templates.iter().enumerate() {
            let path =
                if at == 0 { root.project.clone() } else { format!("{}[{at}]", root.project) };
            let (deployment, files) =
                deploy(project, template, (path, variant.clone()), &arguments);
            outcome.deployments.push(deployment);
            deployed.extend(files);
        }
    }
    Judged { template: root.template, outcome, deployed }
}

/// What a deployment gives, and the files that it deploys itself.
fn deploy(
    project: &Project,
    template: &Arc<Template>,
    (path, variant): (String, Option<String>),
    arguments: &Arguments,
) -> (Deployment, Vec<PathBuf>) {
    let evaluation = evaluate(project, template, arguments);
    let adapted = adapter::template::declarations(&evaluation);
    let Evaluation { unread, problems, .. } = evaluation;
    let scope = scope_of(&path, variant.as_deref());
    let stored = Stored::of(&adapted.declarations, &scope, 0);
    drop(scope);
    let Adapted { declarations, unmapped, deployed, .. } = adapted;
    let scripts = deployment_scripts(&declarations).collect();
    let language = match template.language {
        Language::Arm => CodeLanguage::Arm,
        Language::Bicep => CodeLanguage::Bicep,
    };
    let deployment = Deployment {
        project: path,
        variant,
        language,
        stored,
        unmapped,
        scripts,
        unread,
        problems,
    };
    (deployment, deployed)
}
