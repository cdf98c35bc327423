//! Terraform code and plans of a run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::deployed::Taken;
use super::discover::Found;
use super::planned::PlannedRoot;
use super::text::{Text, Texts, shown};
use super::workspace::{Added, Folders, Workspace, scope_of};
use crate::access::built_in::BUILT_IN_ROLES;
use crate::code::adapter::{self, Adapted, Unmapped};
use crate::code::embedded::{EmbeddedScript, deployment_scripts};
use crate::code::stored::Stored;
use crate::code::terraform::diagnostic::{Diagnostic, DiagnosticKind};
use crate::code::terraform::plan::{self, Plan};
use crate::code::terraform::project::{Options, Project};
use crate::code::terraform::result::Root;
use crate::code::terraform::source::read_text;
use crate::inventory::CodeLanguage;

/// What one root gave.
struct Outcome {
    project: String,
    /// The file of the plan, where there are several.
    variant: Option<String>,
    stored: Stored,
    unmapped: Vec<Unmapped>,
    change: Option<PlannedRoot>,
    /// The scripts in it.
    scripts: Vec<EmbeddedScript>,
    /// What it takes from files.
    taken: Taken,
    /// Templates that count as files of its project from here on.
    texts: Vec<(PathBuf, Arc<str>)>,
    diagnostics: Vec<Diagnostic>,
}

/// What is made of a root where it was evaluated.
struct Made {
    directory: PathBuf,
    what: What,
}

enum What {
    Judged(Box<Outcome>),
    /// Further files belong to it: plans, or templates that it deploys. They are numbered one root after the other.
    Later(Box<Root>),
}

/// Plans, by the folder of the code that lies nearest to them.
type Plans = HashMap<PathBuf, Vec<PathBuf>>;

/// Reads the Terraform code that was found, and these plans. A plan that lies in the folder of its code, or below it, is
/// judged together with it. Answers what it takes from other files.
pub(super) fn read(
    workspace: &mut Workspace,
    folders: &Folders,
    found: &Found,
    plans: &[PathBuf],
    options: &Options,
) -> Taken {
    let mut taken = Taken::default();
    let mut beside = Plans::new();
    let mut alone = Vec::new();
    for path in plans {
        let nearest = path.ancestors().skip(1).find(|folder| found.terraform.contains(*folder));
        match nearest {
            Some(folder) => beside.entry(folder.to_path_buf()).or_default().push(path.clone()),
            None => alone.push(path.clone()),
        }
    }
    if !found.terraform.is_empty() {
        alone.extend(code(workspace, folders, found, beside, options, &mut taken));
    }
    alone.sort();
    for path in alone {
        let first_text = workspace.texts.len();
        if let Some(plan) = read_plan(workspace, folders, &path, first_text) {
            tell_provisioners(workspace, first_text);
            let project = folders.root_name(&path);
            let outcome = of_plan(workspace, folders, first_text, (project, None, plan));
            taken.add(take(workspace, folders, first_text, outcome));
        }
    }
    taken
}

/// Reads code; answers the plans that were not made of any.
fn code(
    workspace: &mut Workspace,
    folders: &Folders,
    found: &Found,
    mut plans: Plans,
    options: &Options,
    taken: &mut Taken,
) -> Vec<PathBuf> {
    let directories: Vec<PathBuf> = found.terraform.iter().cloned().collect();
    let make = |root: Root| Made {
        directory: root.directory.clone(),
        what: if plans.contains_key(&root.directory) || adapter::terraform::deploys_templates(&root)
        {
            What::Later(Box::new(root))
        } else {
            What::Judged(Box::new(of_root(folders, root)))
        },
    };
    let parts = Project::in_parts(&folders.boundary, &directories, options, make);
    let mut all = Vec::new();
    let mut alone = Vec::new();
    for part in parts {
        let first_text = workspace.texts.len();
        for file in part.sources.files() {
            let name = shown(&file.path, &folders.working);
            workspace.texts.push(Text { name, text: Arc::clone(&file.text) });
        }
        tell(workspace, folders, first_text, &part.diagnostics);
        for Made { directory, what } in part.roots {
            let outcomes = match what {
                What::Judged(outcome) => vec![*outcome],
                What::Later(root) => {
                    let paths = plans.remove(&directory).unwrap_or_default();
                    with_plans(workspace, folders, first_text, (*root, paths), &mut alone)
                }
            };
            all.extend(
                outcomes.into_iter().map(|outcome| (directory.clone(), first_text, outcome)),
            );
        }
    }
    all.sort_by(|(left, ..), (right, ..)| left.cmp(right));
    for (_, first_text, outcome) in all {
        taken.add(take(workspace, folders, first_text, outcome));
    }
    alone.extend(plans.into_values().flatten());
    alone
}

/// Adds what a root gave; answers what it takes from other files.
fn take(
    workspace: &mut Workspace,
    folders: &Folders,
    first_text: usize,
    outcome: Outcome,
) -> Taken {
    let Outcome { project, variant, stored, unmapped, change, scripts, taken, diagnostics, .. } =
        outcome;
    workspace.embedded.extend(scripts.into_iter().map(|script| (first_text, script)));
    tell(workspace, folders, first_text, &diagnostics);
    let language = CodeLanguage::Terraform;
    workspace.add(Added { project, variant, language, first_text, stored, unmapped, change });
    taken
}

/// A plan, its file numbered after those that were read from a position on.
fn read_plan(
    workspace: &mut Workspace,
    folders: &Folders,
    path: &Path,
    first_text: usize,
) -> Option<Plan> {
    let name = shown(path, &folders.working);
    match read_text(path) {
        Ok(text) => {
            let number = next_number(workspace, first_text);
            let plan = plan::read(path, &text, number);
            workspace.texts.push(Text { name, text });
            Some(plan)
        }
        Err(cause) => {
            workspace.unreadable(&name, &cause);
            None
        }
    }
}

/// A plan that is not beside its code says of what provisioners run only what is no expression, so nothing of it is read.
fn tell_provisioners(workspace: &mut Workspace, text: usize) {
    let Some(Text { name, text }) = workspace.texts.get(text) else { return };
    if memchr::memmem::find(text.as_bytes(), b"\"provisioners\":").is_some() {
        let notice = format!("{name}: what provisioners run is not read; name the code, too");
        workspace.notice(notice);
    }
}

fn of_root(folders: &Folders, root: Root) -> Outcome {
    let project = folders.root_name(&root.directory);
    let change = PlannedRoot::of_removed(&root, &project);
    let adapted = adapter::terraform::declarations(&root, &role_of);
    let stored = Stored::of(&adapted.declarations, &project, root.files);
    let Adapted { declarations, unmapped, deployed, texts } = adapted;
    let taken = Taken::of(&root, deployed);
    let Root { mut scripts, diagnostics, .. } = root;
    scripts.extend(deployment_scripts(&declarations));
    let variant = None;
    Outcome { project, variant, stored, unmapped, change, scripts, taken, texts, diagnostics }
}

/// The number of a further file of a project.
fn next_number(workspace: &Workspace, first_text: usize) -> u32 {
    u32::try_from(workspace.texts.len() - first_text).unwrap_or(u32::MAX)
}

fn add_texts(workspace: &mut Workspace, folders: &Folders, texts: &[(PathBuf, Arc<str>)]) {
    let texts = texts
        .iter()
        .map(|(path, text)| Text { name: shown(path, &folders.working), text: Arc::clone(text) });
    workspace.texts.extend(texts);
}

/// A root, once for each plan that was made of it.
fn with_plans(
    workspace: &mut Workspace,
    folders: &Folders,
    first_text: usize,
    (mut root, paths): (Root, Vec<PathBuf>),
    alone: &mut Vec<PathBuf>,
) -> Vec<Outcome> {
    let mut plans = Vec::new();
    for path in paths {
        match read_plan(workspace, folders, &path, first_text) {
            Some(plan) if plan.is_of(&root) => plans.push(plan),
            Some(_) => {
                workspace.texts.pop();
                alone.push(path);
            }
            None => {}
        }
    }
    if plans.is_empty() {
        root.files = next_number(workspace, first_text);
        let outcome = of_root(folders, root);
        add_texts(workspace, folders, &outcome.texts);
        return vec![outcome];
    }
    let is_only = plans.len() == 1;
    let project = folders.root_name(&root.directory);
    let joined = plans.into_iter().enumerate().map(|(at, mut plan)| {
        let file = shown(&plan.root.directory, &folders.working);
        plan.join(root.clone(), at == 0);
        let variant = (!is_only).then_some(file);
        of_plan(workspace, folders, first_text, (project.clone(), variant, plan))
    });
    joined.collect()
}

fn of_plan(
    workspace: &mut Workspace,
    folders: &Folders,
    first_text: usize,
    (project, variant, mut plan): (String, Option<String>, Plan),
) -> Outcome {
    plan.root.files = next_number(workspace, first_text);
    let mut adapted = adapter::terraform::declarations(&plan.root, &role_of);
    add_texts(workspace, folders, &adapted.texts);
    plan.before.files = next_number(workspace, first_text);
    let before = adapter::terraform::declarations(&plan.before, &role_of);
    add_texts(workspace, folders, &before.texts);
    let gone = before.unmapped.into_iter().filter(|unmapped| {
        plan.root.instances.iter().all(|instance| instance.address != unmapped.address)
    });
    adapted.unmapped.extend(gone);
    let scope = scope_of(&project, variant.as_deref());
    let stored = Stored::of(&adapted.declarations, &scope, plan.root.files);
    let before = Stored::of(&before.declarations, &scope, plan.before.files);
    drop(scope);
    let change = Some(PlannedRoot::of_plan(before, &plan.changes));
    let Adapted { declarations, unmapped, deployed, texts } = adapted;
    let taken = Taken::of(&plan.root, deployed);
    let Root { mut scripts, diagnostics, .. } = plan.root;
    scripts.extend(deployment_scripts(&declarations));
    Outcome { project, variant, stored, unmapped, change, scripts, taken, texts, diagnostics }
}

/// The id of a built-in role by its name.
fn role_of(name: &str) -> Option<String> {
    let role = BUILT_IN_ROLES.iter().find(|role| role.name.eq_ignore_ascii_case(name))?;
    Some(format!("/providers/Microsoft.Authorization/roleDefinitions/{}", role.id))
}

/// What stands in the way of reading is a gap; what a person should know besides is a notice.
fn tell(
    workspace: &mut Workspace,
    folders: &Folders,
    first_text: usize,
    diagnostics: &[Diagnostic],
) {
    for diagnostic in diagnostics {
        let is_gap = match diagnostic.kind {
            DiagnosticKind::Unreadable
            | DiagnosticKind::Syntax
            | DiagnosticKind::MissingModule
            | DiagnosticKind::Limit
            | DiagnosticKind::Format => true,
            DiagnosticKind::RemoteModule | DiagnosticKind::Cycle | DiagnosticKind::Invalid => false,
            // Terraform says so itself, and both are judged.
            DiagnosticKind::Duplicate => continue,
        };
        match diagnostic.place {
            Some(place) if is_gap => workspace.broken(first_text, place, &diagnostic.message),
            Some(place) => {
                let at = Texts::new(&workspace.texts, first_text).position(place);
                workspace.notice(format!("{at}: {}", diagnostic.message));
            }
            None => {
                let path = shown(PathBuf::from(&diagnostic.path).as_path(), &folders.working);
                if is_gap {
                    workspace.unreadable(&path, &diagnostic.message);
                } else {
                    workspace.notice(format!("{path}: {}", diagnostic.message));
                }
            }
        }
    }
}
