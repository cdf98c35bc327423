//! Directories of Terraform code: which there are, which are roots, which module calls lead where.

mod load;
mod parallel;
mod parts;
mod walk;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostic::{Diagnostic, DiagnosticKind};
use super::evaluate;
use super::failure::Failure;
use super::limits;
use super::module::{Module, Target};
use super::result::Root;
use super::source::Sources;
use super::syntax::{Body, parse_expression};
use crate::code::value::Value;

use load::{Files, on_large_stack};
pub use parts::Part;

/// What is given from outside.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--var` and `--var-file`, in the order of the command line.
    pub assignments: Vec<Assignment>,
    /// `TF_VAR_*` variables: the name without the prefix, and the text. Left empty unless they are asked for.
    pub environment: Vec<(String, String)>,
    /// The workspace; unknown without it, unless `.terraform/environment` names one.
    pub workspace: Option<String>,
}

/// A value from the command line.
#[derive(Clone, Debug)]
pub enum Assignment {
    /// `--var name=text`
    Variable(String, String),
    /// `--var-file path`
    File(PathBuf),
}

/// The Terraform code of a project, parsed but not evaluated.
#[derive(Debug, Default)]
pub struct Project {
    pub(super) sources: Sources,
    pub(super) modules: Vec<Module>,
    pub(super) by_path: HashMap<PathBuf, usize>,
    pub(super) inputs: HashMap<PathBuf, Inputs>,
    pub(super) boundary: PathBuf,
    /// The files of `--var-file`.
    pub(super) variable_files: HashMap<PathBuf, Body>,
    /// The files of directories that are not parsed yet.
    files: HashMap<PathBuf, Files>,
    options: Options,
    diagnostics: Vec<Diagnostic>,
    roots: Vec<usize>,
}

/// What lies beside the code of a directory and matters when it is a root.
#[derive(Debug, Default)]
pub struct Inputs {
    /// Files of variables that Terraform reads by itself, in the order of precedence.
    pub(super) variables: Vec<(PathBuf, Body)>,
    /// `.terraform.lock.hcl`
    pub(super) lock: Option<Body>,
    /// `.terraform/modules/modules.json`: the path of calls, and the module.
    pub(super) installed: BTreeMap<String, usize>,
    /// `.terraform/environment`
    pub(super) workspace: Option<String>,
}

impl Project {
    /// Reads all Terraform code in and below a directory.
    pub fn read(directory: &Path, options: Options) -> Project {
        let mut diagnostics = Vec::new();
        let directories = walk::directories(directory, &mut diagnostics);
        let mut project = Project::of_directories(directory, &directories, options);
        project.diagnostics.splice(0..0, diagnostics);
        project
    }

    /// Reads the Terraform code of these directories, and of the local modules that it calls.
    pub fn of_directories(boundary: &Path, directories: &[PathBuf], options: Options) -> Project {
        let project = Self::empty(boundary, options);
        on_large_stack(|| project.loaded(directories))
    }

    fn empty(boundary: &Path, options: Options) -> Project {
        Project { boundary: load::normal(boundary), options, ..Project::default() }
    }

    /// Reads directories and what they call. It recurses, and needs a large stack.
    fn loaded(mut self, directories: &[PathBuf]) -> Project {
        self.load_variable_files();
        for directory in directories {
            self.load(directory);
        }
        self.resolve();
        self.find_roots();
        for root in self.roots.clone() {
            self.load_inputs(root);
        }
        // What `terraform init` brought may call further modules.
        self.resolve();
        self
    }

    /// The files that were read.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The directories that were read.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// What could not be read.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The directories that no other one calls as a module.
    pub fn roots(&self) -> impl Iterator<Item = &Path> {
        self.roots
            .iter()
            .filter_map(|&root| self.modules.get(root))
            .map(|module| &*module.directory)
    }

    /// Evaluates every root.
    pub fn evaluate(&self) -> Vec<Root> {
        let mut roots = Vec::with_capacity(self.roots.len());
        self.evaluate_with(|root| root, |root| roots.push(root));
        roots
    }

    /// Evaluates the roots and hands them over in order, so that not all are in memory at once.
    pub fn evaluate_each(&self, take: impl FnMut(Root) + Send) {
        self.evaluate_with(|root| root, take);
    }

    /// Evaluates an expression in the first directory, as `terraform console` does.
    ///
    /// # Errors
    ///
    /// Says why Terraform would refuse it.
    pub fn console(&self, text: &str) -> Result<Value, String> {
        on_large_stack(|| {
            let source = parse_expression(text, u32::MAX).map_err(|error| error.message)?;
            evaluate::expression(self, &source, &self.options).map_err(|failure| match failure {
                Failure::Invalid(invalid) => invalid.0,
                Failure::Unknown(unknown) => unknown.detail.to_string(),
            })
        })
    }

    pub(super) fn tell(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn resolve(&mut self) {
        let mut next = 0;
        while next < self.modules.len() {
            self.resolve_calls(next);
            next += 1;
        }
    }

    fn resolve_calls(&mut self, number: usize) {
        let Some(module) = self.modules.get(number) else { return };
        if module.targets.len() == module.calls.items().len() {
            return;
        }
        let directory = module.directory.clone();
        let sources: Vec<(Option<Arc<str>>, _)> = module
            .calls
            .items()
            .iter()
            .map(|(_, block)| {
                let source = block.body.attribute("source");
                (source.and_then(|source| source.value.as_text()).cloned(), block.header)
            })
            .collect();
        let mut targets = Vec::new();
        for (source, place) in sources {
            let target = match source {
                None => Target::Unclear,
                Some(source)
                    if source.starts_with("./")
                        || source.starts_with("../")
                        || is_dots(&source) =>
                {
                    let path = load::normal(&directory.join(&*source));
                    if let Some(number) = self.load(&path) {
                        Target::Local(number)
                    } else {
                        self.diagnostics.push(Diagnostic {
                            kind: DiagnosticKind::MissingModule,
                            message: format!("the module {source} is not there"),
                            help: "Add the directory, or correct the source of the module."
                                .to_owned(),
                            place: Some(place),
                            path: path.display().to_string(),
                        });
                        Target::Missing(path)
                    }
                }
                Some(source) => Target::Remote(source),
            };
            targets.push(target);
        }
        if let Some(module) = self.modules.get_mut(number) {
            module.targets = targets;
        }
    }

    fn find_roots(&mut self) {
        let mut called = HashSet::new();
        for (number, module) in self.modules.iter().enumerate() {
            for target in &module.targets {
                if let Target::Local(target) = target
                    && *target != number
                {
                    called.insert(*target);
                }
            }
        }
        let mut roots: Vec<usize> = (0..self.modules.len())
            .filter(|number| !called.contains(number) || self.is_used_alone(*number))
            .collect();
        let mut reached = HashSet::new();
        for &root in &roots {
            self.reach(root, &mut reached);
        }
        // Modules that call each other in a circle have no root: take the first of each circle.
        for number in 0..self.modules.len() {
            if !reached.contains(&number) {
                roots.push(number);
                self.reach(number, &mut reached);
            }
        }
        roots.sort_unstable();
        self.roots = roots;
    }

    fn is_used_alone(&self, number: usize) -> bool {
        let Some(module) = self.modules.get(number) else { return false };
        let backend = |block: &super::syntax::Block| {
            block.body.blocks.iter().any(|inner| matches!(&*inner.kind, "backend" | "cloud"))
        };
        module.settings.iter().any(backend) || module.directory.join("terraform.tfvars").exists()
    }

    fn reach(&self, from: usize, reached: &mut HashSet<usize>) {
        let mut left = vec![from];
        while let Some(number) = left.pop() {
            if !reached.insert(number) {
                continue;
            }
            for target in self.modules.get(number).map_or(&[][..], |module| &module.targets) {
                if let Target::Local(target) = target {
                    left.push(*target);
                }
            }
        }
    }
}

fn is_dots(source: &str) -> bool {
    matches!(source, "." | "..")
}

impl Project {
    /// Reads a directory, unless it is read already; nothing if it holds no Terraform code.
    fn load(&mut self, directory: &Path) -> Option<usize> {
        if self.modules.len() >= limits::DIRECTORIES {
            return None;
        }
        load::directory(self, directory)
    }

    fn load_variable_files(&mut self) {
        for assignment in self.options.assignments.clone() {
            if let Assignment::File(path) = assignment
                && let Some((_, body)) = load::code(self, &path, true)
            {
                self.variable_files.insert(path, body);
            }
        }
    }

    fn load_inputs(&mut self, root: usize) {
        let Some(module) = self.modules.get(root) else { return };
        let directory = module.directory.clone();
        let inputs = load::inputs(self, &directory);
        self.inputs.insert(directory, inputs);
    }
}
