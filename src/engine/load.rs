//! Loading rules: the bundled ones, and rule packs of the user.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::Diagnostic;
use rayon::prelude::*;
use thiserror::Error;

use super::plan::{Logic, Rule};
use crate::rule::{Bundled, BundledLogic, Metadata, MetadataError};

/// A rule that cannot be loaded.
#[derive(Debug, Error, Diagnostic)]
pub enum LoadError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {cause}")]
    #[diagnostic(
        code(backuplint::rules),
        help("--rules takes a folder with rule folders or .rego files in it")
    )]
    Unreadable {
        /// The path.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A `rule.toml` that breaks the contract.
    #[error("{path}: {cause}")]
    #[diagnostic(
        code(backuplint::rules),
        help("`backuplint rules new ID` writes a rule.toml to start from")
    )]
    Metadata {
        /// The file.
        path: String,
        /// What is wrong.
        cause: MetadataError,
    },
    /// A `# METADATA` block that cannot be used.
    #[cfg(feature = "rego")]
    #[error("the metadata block cannot be used")]
    #[diagnostic(code(backuplint::rules))]
    Annotation {
        /// The place.
        #[related]
        diagnostics: Vec<crate::rego::Diagnostic>,
    },
    /// A `# METADATA` block with values that break the contract.
    #[error("{path}:{line}: {message}")]
    #[diagnostic(code(backuplint::rules))]
    AnnotationValue {
        /// The file.
        path: String,
        /// The line of the block.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// Two rules with one id.
    #[error("rule id `{id}` is used twice: {first} and {second}")]
    #[diagnostic(
        code(backuplint::rules),
        help("ids are unique over all families and packs; rename one")
    )]
    Twice {
        /// The id.
        id: String,
        /// Where it was first.
        first: String,
        /// Where it is again.
        second: String,
    },
    /// A rule of the program in a rule pack.
    #[error("`{id}` in {path} is a rule of the program, which has it already")]
    #[diagnostic(
        code(backuplint::rules),
        help(
            "bundled rules come with the program, and --rules is for rules of your own: name their folder, and give them ids of their own. `backuplint rules test {path}` tests a bundled one; `[rules.{id}]` in backuplint.toml changes its severity and parameters"
        )
    )]
    Bundled {
        /// The id.
        id: String,
        /// Where it is again.
        path: String,
    },
    /// A rule pack without a rule.
    #[error("no rule in {path}")]
    #[diagnostic(
        code(backuplint::rules),
        help("a rule is a folder with rule.toml and check.rego, or one .rego file")
    )]
    Empty {
        /// The folder.
        path: String,
    },
    /// Rego in a build without it.
    #[error("{path}: this build has no Rego engine")]
    #[diagnostic(
        code(backuplint::rules),
        help("build with the default features to run rules written in Rego")
    )]
    NoRego {
        /// The file.
        path: String,
    },
}

/// Folders in folders of a rule pack: family, rule and some room.
const MAX_PACK_DEPTH: usize = 8;

/// Rules and the Rego modules they import.
#[derive(Clone, Default)]
pub struct RuleSet {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Library modules: name and text.
    pub libraries: Vec<(String, Arc<str>)>,
}

impl RuleSet {
    /// The bundled rules. Without the Rego engine, only the native ones.
    ///
    /// # Errors
    /// Only if a bundled `rule.toml` is broken, which tests rule out.
    pub fn bundled() -> Result<Self, LoadError> {
        // Every command waits for them.
        let rules =
            crate::rules::BUNDLED.par_iter().filter_map(|rule| bundled_rule(rule).transpose());
        let libraries = crate::rules::LIBRARIES.iter();
        let libraries = libraries.map(|(name, text)| ((*name).to_owned(), Arc::from(*text)));
        Ok(Self { rules: rules.collect::<Result<_, _>>()?, libraries: libraries.collect() })
    }

    /// Adds the rules of a pack.
    ///
    /// # Errors
    /// When the folder cannot be read, holds no rule, or a rule in it is broken.
    pub fn add_pack(&mut self, folder: &Path) -> Result<(), LoadError> {
        let before = self.rules.len();
        let mut folders = vec![(folder.to_path_buf(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            let mut children = read_folder(&folder)?;
            children.sort();
            if folder.join("rule.toml").is_file() {
                self.add(rule_folder(&folder)?, &folder)?;
                continue;
            }
            for child in children {
                let name = child
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default();
                if child.is_dir() && name != "cases" && !name.starts_with('.') {
                    // Links may lead in a circle.
                    if depth < MAX_PACK_DEPTH {
                        folders.push((child, depth + 1));
                    }
                } else if child.extension().is_some_and(|extension| extension == "rego") {
                    #[cfg(feature = "rego")]
                    self.add_rego_file(&child, &name)?;
                    #[cfg(not(feature = "rego"))]
                    return Err(LoadError::NoRego { path: child.display().to_string() });
                }
            }
        }
        if self.rules.len() == before {
            return Err(LoadError::Empty { path: folder.display().to_string() });
        }
        Ok(())
    }

    /// The rule with this id or former id.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| {
            rule.metadata.id == id || rule.metadata.aliases.iter().any(|alias| alias == id)
        })
    }

    /// Metadata of every rule, sorted by id.
    pub fn metadata(&self) -> Vec<Arc<Metadata>> {
        let mut list: Vec<_> = self.rules.iter().map(|rule| Arc::clone(&rule.metadata)).collect();
        list.sort_by(|left, right| left.id.cmp(&right.id));
        list
    }

    fn add(&mut self, rule: Rule, place: &Path) -> Result<(), LoadError> {
        if let Some(first) = self.find(&rule.metadata.id) {
            let (id, second) = (rule.metadata.id.clone(), place.display().to_string());
            return Err(match &first.origin {
                None => LoadError::Bundled { id, path: second },
                Some(first) => LoadError::Twice { id, first: first.display().to_string(), second },
            });
        }
        self.rules.push(rule);
        Ok(())
    }

    /// A lone file is a rule with its metadata in a comment; one whose package is a library, or that
    /// only tests, is not.
    #[cfg(feature = "rego")]
    fn add_rego_file(&mut self, path: &Path, name: &str) -> Result<(), LoadError> {
        if name.ends_with("_test.rego") {
            return Ok(());
        }
        let text = read_text(path)?;
        let shown = path.display().to_string();
        if !super::annotation::has_answers(&text) {
            self.libraries.push((shown, Arc::from(text)));
            return Ok(());
        }
        let metadata = super::annotation::metadata(&shown, &text, name)?;
        let logic = Logic::Rego { name: shown, text: Arc::from(text) };
        self.add(
            Rule { metadata: Arc::new(metadata), logic, origin: Some(path.to_path_buf()) },
            path,
        )
    }
}

/// A rule of this program, if this build has the engine that it takes.
fn bundled_rule(bundled: &Bundled) -> Result<Option<Rule>, LoadError> {
    let path = format!("rules/{}", bundled.folder);
    let logic = match bundled.logic {
        BundledLogic::Native(check) => Logic::Native(check),
        BundledLogic::Rego(_) if !cfg!(feature = "rego") => return Ok(None),
        BundledLogic::Rego(text) => {
            Logic::Rego { name: format!("{path}/check.rego"), text: Arc::from(text) }
        }
    };
    let metadata = Metadata::parse(bundled.toml).and_then(|metadata| {
        if matches!(logic, Logic::Native(_)) {
            metadata.check_native()?;
        }
        Ok(metadata)
    });
    let metadata = metadata
        .map_err(|cause| LoadError::Metadata { path: format!("{path}/rule.toml"), cause })?;
    Ok(Some(Rule { metadata: Arc::new(metadata), logic, origin: None }))
}

fn rule_folder(folder: &Path) -> Result<Rule, LoadError> {
    let toml = folder.join("rule.toml");
    let broken = |cause| LoadError::Metadata { path: toml.display().to_string(), cause };
    let metadata = Metadata::parse(&read_text(&toml)?).map_err(broken)?;
    if let Some(rule) = bundled_native(&metadata.id, folder) {
        metadata.check_native().map_err(broken)?;
        return Ok(rule);
    }
    let check = folder.join("check.rego");
    if !cfg!(feature = "rego") {
        return Err(LoadError::NoRego { path: check.display().to_string() });
    }
    let text = read_text(&check)?;
    Ok(Rule {
        metadata: Arc::new(metadata),
        logic: Logic::Rego { name: check.display().to_string(), text: Arc::from(text) },
        origin: Some(folder.to_path_buf()),
    })
}

/// A folder of this program's own source stands for the rule that is compiled in.
fn bundled_native(id: &str, folder: &Path) -> Option<Rule> {
    if !folder.join("check.rs").is_file() {
        return None;
    }
    let bundled = RuleSet::bundled().ok()?;
    bundled.find(id).map(|rule| Rule { origin: Some(folder.to_path_buf()), ..rule.clone() })
}

fn read_folder(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let error = |cause| LoadError::Unreadable { path: folder.display().to_string(), cause };
    std::fs::read_dir(folder)
        .map_err(error)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(error))
        .collect()
}

fn read_text(path: &Path) -> Result<String, LoadError> {
    std::fs::read_to_string(path)
        .map_err(|cause| LoadError::Unreadable { path: path.display().to_string(), cause })
}
