//! The files of a project: each read and parsed once, none from outside its root.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::code::bicep;
use crate::code::template::expression::{Expression, Kind};
use crate::code::template::json::{self, Problem};
use crate::code::template::limit;
use crate::code::template::model::Template;
use crate::code::template::read::{self, Shape};
use crate::encoding;

/// A file.
#[derive(Debug)]
pub struct SourceFile {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub text: Arc<str>,
}

/// A file, parsed.
#[derive(Debug)]
pub struct Loaded {
    /// The templates in it: one, or those of a list.
    pub templates: Vec<Arc<Template>>,
    /// What it is.
    pub shape: Shape,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// The files of a project.
#[derive(Debug)]
pub struct Project {
    root: PathBuf,
    files: Mutex<Files>,
}

#[derive(Debug, Default)]
struct Files {
    all: Vec<Arc<SourceFile>>,
    numbers: HashMap<PathBuf, u32>,
    parsed: HashMap<u32, Arc<Loaded>>,
}

impl Project {
    /// The project under a folder; nothing outside of it is ever read.
    ///
    /// # Errors
    /// When the folder cannot be opened.
    pub fn new(root: &Path) -> Result<Self, String> {
        match fs::canonicalize(root) {
            Ok(root) => Ok(Self { root, files: Mutex::default() }),
            Err(error) => Err(format!("cannot open {}: {error}", root.display())),
        }
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a text in the place of a file, read or not, that may not exist.
    pub fn put(&self, path: &Path, text: String) -> u32 {
        let path = plain(&self.root, path);
        self.add(path, text.into())
    }

    /// Takes a file that somebody else has read, by the path to which links lead; answers its number.
    ///
    /// # Errors
    /// When it is outside of the project.
    pub fn take(&self, path: &Path, text: Arc<str>) -> Result<u32, String> {
        if !path.starts_with(&self.root) {
            return Err(format!("{} is outside of the project", path.display()));
        }
        let known = self.files().numbers.get(path).copied();
        Ok(known.unwrap_or_else(|| self.add(path.to_path_buf(), text)))
    }

    fn add(&self, path: PathBuf, text: Arc<str>) -> u32 {
        let mut files = self.files();
        let number = u32::try_from(files.all.len()).unwrap_or(u32::MAX);
        files.all.push(Arc::new(SourceFile { path: path.clone(), text }));
        files.numbers.insert(path, number);
        number
    }

    /// The number of a file, which is read if it was not.
    ///
    /// # Errors
    /// When it is missing, too large, not text, or outside of the project.
    pub fn open(&self, path: &Path) -> Result<u32, String> {
        let plain = plain(&self.root, path);
        if let Some(number) = self.files().numbers.get(&plain) {
            return Ok(*number);
        }
        let shown = plain.strip_prefix(&self.root).unwrap_or(&plain).display().to_string();
        let real =
            fs::canonicalize(&plain).map_err(|error| format!("cannot read {shown}: {error}"))?;
        if !real.starts_with(&self.root) {
            return Err(format!("{shown} is outside of the project"));
        }
        let known = self.files().numbers.get(&real).copied();
        if let Some(number) = known {
            self.files().numbers.insert(plain, number);
            return Ok(number);
        }
        let size = fs::metadata(&real).map_err(|error| format!("cannot read {shown}: {error}"))?;
        if !size.is_file() {
            return Err(format!("{shown} is not a file"));
        }
        if size.len() > limit::FILE_BYTES {
            return Err(format!("{shown} is larger than {} bytes", limit::FILE_BYTES));
        }
        let bytes = fs::read(&real).map_err(|error| format!("cannot read {shown}: {error}"))?;
        let text = encoding::decode(bytes);
        let text = text.map_err(|_| format!("{shown} is neither UTF-8 nor UTF-16"))?;
        let number = self.add(real, text.into());
        self.files().numbers.insert(plain, number);
        Ok(number)
    }

    /// A file by its path from the folder of another one.
    ///
    /// # Errors
    /// See [`Project::open`]; also when the path is not a relative one.
    pub fn relative(&self, from: u32, path: &str) -> Result<u32, String> {
        let path = path.replace('\\', "/");
        if path.starts_with('/') || path.contains("://") {
            return Err(format!("`{path}` is not a relative path"));
        }
        let Some(file) = self.file(from) else {
            return Err("the file that names it is not known".into());
        };
        let folder = file.path.parent().unwrap_or(&self.root);
        self.open(&plain(folder, Path::new(&path)))
    }

    /// A file by its number.
    pub fn file(&self, number: u32) -> Option<Arc<SourceFile>> {
        self.files().all.get(number as usize).cloned()
    }

    /// Gives the text of a file free; its places stay valid.
    pub fn forget_parsed(&self) {
        self.files().parsed.clear();
    }

    /// Lets go of what one file says; its places stay valid.
    pub fn forget(&self, number: u32) {
        self.files().parsed.remove(&number);
    }

    /// A file that was parsed already.
    pub fn loaded(&self, number: u32) -> Option<Arc<Loaded>> {
        self.files().parsed.get(&number).cloned()
    }

    /// A file, parsed as what its name says it is.
    pub fn load(&self, number: u32) -> Arc<Loaded> {
        if let Some(loaded) = self.files().parsed.get(&number) {
            return loaded.clone();
        }
        let loaded = Arc::new(match self.file(number) {
            Some(file) => parse(&file, number),
            None => Loaded { templates: Vec::new(), shape: Shape::Other, problems: Vec::new() },
        });
        self.files().parsed.insert(number, loaded.clone());
        loaded
    }
}

/// A path without `.` and `..`, from a folder on.
fn plain(folder: &Path, path: &Path) -> PathBuf {
    let mut plain = folder.to_path_buf();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                plain.pop();
            }
            Component::Normal(name) => plain.push(name),
            Component::RootDir | Component::Prefix(_) => {
                plain = PathBuf::from(component.as_os_str());
            }
            Component::CurDir => {}
        }
    }
    plain
}

/// Parses a file as what its name says it is.
pub fn parse(file: &SourceFile, number: u32) -> Loaded {
    let extension = file.path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    let shape = match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some("bicep") => Shape::Template,
        Some("bicepparam") => Shape::Parameters,
        _ => return parse_json(&file.text, number),
    };
    let (template, problems) = bicep::parse(&file.text, number);
    Loaded { templates: vec![Arc::new(template)], shape, problems }
}

fn parse_json(text: &str, number: u32) -> Loaded {
    let mut problems = Vec::new();
    let tree = match json::parse(text, number) {
        Ok(tree) => tree,
        Err(problem) => {
            return Loaded { templates: Vec::new(), shape: Shape::Other, problems: vec![problem] };
        }
    };
    let shape = read::shape(&tree);
    let trees: Vec<Expression> = match (shape, tree) {
        (Shape::Templates, Expression { kind: Kind::List(list), .. }) => list.into_vec(),
        (Shape::Template, tree) => vec![tree],
        _ => Vec::new(),
    };
    let templates =
        trees.into_iter().map(|tree| Arc::new(read::template(tree, &mut problems))).collect();
    Loaded { templates, shape, problems }
}
