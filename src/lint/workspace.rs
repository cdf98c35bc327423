//! The projects of a run: found, read and evaluated.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::Diagnostic;
use thiserror::Error;

use super::discover::discover;
use super::embedded;
use super::link::{self, Ids};
use super::planned::PlannedRoot;
use super::script::{self, ScriptFile};
use super::template;
use super::terraform;
use super::text::{Text, shown};
use crate::code::adapter::{LeftOut, Unmapped};
use crate::code::embedded::EmbeddedScript;
use crate::code::stored::Stored;
use crate::code::value::Place;
use crate::inventory::{self, Address, CodeLanguage, Gap, GapReason};
use crate::snapshot::{Document, Documents};

/// What is to be read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// How Terraform gets its variables.
    pub terraform: crate::code::terraform::project::Options,
    /// Whether the code in Markdown is read, too.
    pub markdown: bool,
}

/// Code that cannot be read at all.
#[derive(Debug, Error, Diagnostic)]
pub enum LintError {
    /// A path that is not there.
    #[error("cannot read {path}: {cause}")]
    #[diagnostic(
        code(backuplint::lint::input),
        help("name files or folders of infrastructure code, scripts or pipelines")
    )]
    Missing {
        /// The path.
        path: String,
        /// What the system says.
        cause: String,
    },
}

/// The projects of a run.
#[derive(Debug, Default)]
pub struct Workspace {
    pub(super) texts: Vec<Text>,
    pub(super) roots: Vec<Root>,
    /// The texts alone, which bodies point into.
    pub(super) all: inventory::Texts,
    /// Of everything that is declared, and of what plans say was there before.
    pub(super) ids: [Ids; 2],
    pub(super) scripts: Vec<ScriptFile>,
    /// The scripts in other code, each with the position at which the files of its reader begin.
    pub(super) embedded: Vec<(usize, EmbeddedScript)>,
    /// How many scripts there are, those that run nothing of Azure too.
    script_count: usize,
    pub(super) gaps: Vec<Gap>,
    boundary: PathBuf,
    notices: Vec<String>,
    working: PathBuf,
}

/// One project: what is deployed together.
#[derive(Debug)]
pub(super) struct Root {
    /// Its path from the top of the repository.
    pub project: String,
    /// What tells it from other deployments of that project: a file of parameters, or a plan.
    pub variant: Option<String>,
    /// The language of what is deployed.
    pub language: CodeLanguage,
    /// Where the files of its reader begin among all texts.
    pub first_text: usize,
    /// What it declares.
    pub stored: Stored,
    /// What is planned for it.
    pub change: Option<PlannedRoot>,
}

/// A root with what its adapter made of it.
pub(super) struct Added {
    /// See [`Root::project`].
    pub project: String,
    /// See [`Root::variant`].
    pub variant: Option<String>,
    /// See [`Root::language`].
    pub language: CodeLanguage,
    /// See [`Root::first_text`].
    pub first_text: usize,
    /// What it declares.
    pub stored: Stored,
    /// What of it cannot be judged.
    pub unmapped: Vec<Unmapped>,
    /// What is planned for it.
    pub change: Option<PlannedRoot>,
}

/// The folders of a run.
#[derive(Debug)]
pub(super) struct Folders {
    /// Nothing outside of it is read.
    pub boundary: PathBuf,
    /// Where paths of reports begin.
    pub working: PathBuf,
}

impl Workspace {
    /// Reads and evaluates the code in files and folders.
    ///
    /// # Errors
    /// When a path is not there.
    pub fn open(request: &Request) -> Result<Self, LintError> {
        let paths =
            request.paths.iter().map(|path| canonical(path)).collect::<Result<Vec<_>, _>>()?;
        let working = std::env::current_dir().and_then(|path| path.canonicalize());
        let folders = Folders {
            boundary: boundary(&paths),
            working: working.unwrap_or_else(|_| PathBuf::from(".")),
        };
        let found = discover(&paths);
        let mut workspace = Self { boundary: folders.boundary.clone(), ..Self::default() };
        for (path, cause) in &found.unreadable {
            workspace.unreadable(&shown(path, &folders.working), cause);
        }
        for path in &found.tofu {
            workspace.skip_tofu(&shown(path, &folders.working));
        }
        let sorted = template::sort(&found);
        let taken =
            terraform::read(&mut workspace, &folders, &found, &sorted.plans, &request.terraform);
        template::read(&mut workspace, &folders, (&found, sorted), &taken);
        script::read(&mut workspace, &folders, &found, request.markdown);
        embedded::read(&mut workspace, &folders);
        workspace.working = folders.working;
        workspace.link();
        Ok(workspace)
    }

    /// The files that were read, for the places of findings.
    pub fn documents(&self) -> Documents {
        let mut documents = Documents::default();
        for text in &self.texts {
            documents.push(Document::shared(text.name.clone(), text.text.clone()));
        }
        documents
    }

    /// Names and texts of the files that were read.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.shared_files().map(|(name, text)| (name, &**text))
    }

    /// The same, for those who keep them.
    pub fn shared_files(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        // A template that several roots deploy is among the texts of each.
        let mut seen = HashSet::new();
        let texts = self.texts.iter().filter(move |text| seen.insert(text.name.as_str()));
        texts.map(|text| (text.name.as_str(), &text.text))
    }

    /// A file or folder as reports name it.
    pub fn name_of(&self, path: &Path) -> String {
        shown(path, &self.working)
    }

    /// The text of a file that was read.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.files().find(|(known, _)| *known == name).map(|(_, text)| text)
    }

    /// The folder around everything that may be read, and written.
    pub fn boundary(&self) -> &Path {
        &self.boundary
    }

    /// What is to be said of the reading, besides gaps.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// How many projects there are.
    pub fn projects(&self) -> usize {
        self.roots.len()
    }

    /// How many scripts and pipelines there are.
    pub fn scripts(&self) -> usize {
        self.script_count
    }

    pub(super) fn count_script(&mut self) {
        self.script_count += 1;
    }

    pub(super) fn notice(&mut self, notice: String) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Notes a file or folder that cannot be read.
    pub(super) fn unreadable(&mut self, path: &str, cause: &str) {
        let reason = if is_refused(path) { GapReason::Skipped } else { GapReason::Malformed };
        self.gaps.push(Gap::of_input(path, "file", reason, cause));
    }

    /// Notes a file that only OpenTofu reads: there it takes the place of the file of Terraform with the same name
    /// (<https://opentofu.org/docs/language/files/>).
    fn skip_tofu(&mut self, path: &str) {
        let cause = "only OpenTofu reads this file, in place of the .tf file of the same name: nothing in it is judged";
        self.gaps.push(Gap::of_input(path, "file", GapReason::Skipped, cause));
    }

    /// Notes what is wrong at a place of a reader's files.
    pub(super) fn broken(&mut self, first_text: usize, place: Place, message: &str) {
        let texts = super::text::Texts::new(&self.texts, first_text);
        let scope = texts.position(place);
        self.gaps.push(Gap::of_input(scope, "file", GapReason::Malformed, message));
    }

    /// Adds a root with what its adapter made of it.
    pub(super) fn add(&mut self, added: Added) {
        let Added { project, variant, language, first_text, stored, unmapped, change } = added;
        for unmapped in &unmapped {
            let texts = super::text::Texts::new(&self.texts, first_text);
            let place = texts.position(unmapped.place);
            let (reason, why) = match &unmapped.why {
                LeftOut::OnPurpose => continue,
                LeftOut::NotKnown => {
                    ("not-mapped", "this version cannot judge a resource of this type".to_owned())
                }
                LeftOut::NotRead(why) => {
                    ("not-read", format!("what it deploys is not judged: {why}"))
                }
            };
            let message = format!("{}: {why}", unmapped.address);
            let reason = GapReason::Other(reason.to_owned());
            self.gaps.push(Gap::of_input(place, &unmapped.kind, reason, message));
        }
        self.roots.push(Root { project, variant, language, first_text, stored, change });
    }

    /// Says where all bodies stand, and which links between them are sure.
    fn link(&mut self) {
        self.all = self.texts.iter().map(|text| Arc::clone(&text.text)).collect();
        let (mut after, mut before) = (Vec::new(), Vec::new());
        for root in &mut self.roots {
            let first = u32::try_from(root.first_text).unwrap_or(u32::MAX);
            root.stored.tree.stand_in(Arc::clone(&self.all), first);
            after.push(&mut root.stored);
            if let Some(change) = &mut root.change {
                change.before.tree.stand_in(Arc::clone(&self.all), first);
                before.push(&mut change.before);
            }
        }
        self.ids = [&mut after, &mut before].map(|all| link::link(all));
    }
}

impl Root {
    /// What something of it is called.
    pub fn address<'r>(&'r self, text: &'r str) -> Address<'r> {
        let variant = self.variant.as_deref();
        Address { project: &self.project, text, variant, language: self.language }
    }
}

/// What tells the names of a root from those of every other one.
pub(super) fn scope_of<'p>(project: &'p str, variant: Option<&str>) -> Cow<'p, str> {
    match variant {
        Some(variant) => Cow::Owned(format!("{project} with {variant}")),
        None => Cow::Borrowed(project),
    }
}

impl Folders {
    /// The path of a root from the top, by which it is told from others for good.
    pub fn root_name(&self, path: &Path) -> String {
        shown(path, &self.boundary)
    }
}

/// Whether the system lets nobody in, as audit calls what it cannot open.
fn is_refused(path: &str) -> bool {
    let path = Path::new(path);
    let opened = if path.is_dir() {
        std::fs::read_dir(path).map(|_| ())
    } else {
        std::fs::File::open(path).map(|_| ())
    };
    opened.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
}

fn canonical(path: &Path) -> Result<PathBuf, LintError> {
    path.canonicalize().map_err(|error| LintError::Missing {
        path: path.display().to_string(),
        cause: error.to_string(),
    })
}

/// The repository around all paths, else the folder around them: modules beside a project belong to it.
fn boundary(paths: &[PathBuf]) -> PathBuf {
    let folders =
        paths.iter().map(|path| if path.is_dir() { path } else { path.parent().unwrap_or(path) });
    let around = folders.map(Path::to_path_buf).reduce(|left, right| {
        let mut common = left;
        while !right.starts_with(&common) && common.pop() {}
        common
    });
    let around = around.unwrap_or_default();
    let repository = around.ancestors().find(|folder| folder.join(".git").exists());
    repository.map_or(around.clone(), Path::to_path_buf)
}
