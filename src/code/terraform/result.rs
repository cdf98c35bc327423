//! What evaluation answers: resource instances and all that adapters need to judge them.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::diagnostic::Diagnostic;
use crate::code::embedded::EmbeddedScript;
use crate::code::value::{Place, Unknown, Value};

/// A root module, evaluated.
#[derive(Clone, Debug, Default)]
pub struct Root {
    /// The directory, or the file of a plan.
    pub directory: PathBuf,
    /// Every instance of every resource and data source, those of modules included.
    pub instances: Vec<ResourceInstance>,
    /// The provider configurations.
    pub providers: Vec<Provider>,
    /// The provider versions that the code asks for or locks.
    pub requirements: Vec<Requirement>,
    /// The scripts that its resources run.
    pub scripts: Vec<EmbeddedScript>,
    /// The `moved`, `removed` and `import` blocks.
    pub changes: Vec<Change>,
    /// The outputs of the root.
    pub outputs: Vec<(Arc<str>, Value)>,
    /// Module calls whose resources cannot be known: the address of the call, where it stands, and why.
    pub unknown_modules: Vec<(Arc<str>, Place, Arc<Unknown>)>,
    /// How many files its project has: the number of a further one.
    pub files: u32,
    /// The texts that the code takes from files.
    pub texts: BTreeSet<FileText>,
    /// Values of which a part is unknown or a secret, by their JSON: the name of an unknown text, or a text that is marked.
    pub encoded: HashMap<Arc<str>, Value>,
    /// What a person should be told.
    pub diagnostics: Vec<Diagnostic>,
    /// How many steps the evaluation took.
    pub steps: u64,
}

/// A text that code takes from a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileText {
    /// The file, links resolved.
    pub path: PathBuf,
    /// What is in it.
    pub text: Arc<str>,
    /// What the code gets: the same, or what `templatefile` makes of it.
    pub given: Arc<str>,
}

/// One instance of a resource or data source.
#[derive(Clone, Debug)]
pub struct ResourceInstance {
    /// The absolute address, such as `module.x[0].azurerm_recovery_services_vault.v["a"]`.
    pub address: Arc<str>,
    /// Whether this is a data source.
    pub is_data: bool,
    /// The type.
    pub kind: Arc<str>,
    /// The name.
    pub name: Arc<str>,
    /// Which instance.
    pub key: InstanceKey,
    /// The position of its provider configuration in the root, if there is one.
    pub provider: Option<usize>,
    /// The name of its provider, such as `azurerm`.
    pub provider_name: Arc<str>,
    /// Attributes, and blocks as lists of maps by the type of the block. What is not written is not in it.
    pub body: Value,
    /// The header of the block: where a missing setting is missing.
    pub header: Place,
    /// The whole block.
    pub place: Place,
    /// The module calls that lead here, outermost first.
    pub modules: Arc<[ModuleStep]>,
    /// Why it cannot be known whether, or how often, the instance exists; nothing if it surely does.
    pub doubt: Option<Arc<Unknown>>,
    /// The `lifecycle` block.
    pub lifecycle: Lifecycle,
}

/// Which instance of a resource or module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum InstanceKey {
    /// The only one.
    Only,
    /// One of `count`.
    Index(usize),
    /// One of `for_each`.
    Key(Arc<str>),
    /// All of them, because count or for_each is not known.
    Any,
}

impl InstanceKey {
    /// The key as addresses write it.
    pub fn suffix(&self) -> String {
        match self {
            InstanceKey::Only => String::new(),
            InstanceKey::Index(index) => format!("[{index}]"),
            InstanceKey::Key(key) => format!("[{key:?}]"),
            InstanceKey::Any => "[*]".to_owned(),
        }
    }
}

/// A module call on the way to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleStep {
    /// The name of the call.
    pub name: Arc<str>,
    /// Which instance.
    pub key: InstanceKey,
    /// The header of the module block.
    pub call: Place,
}

/// What a `lifecycle` block says.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// Where the block is, if there is one.
    pub header: Option<Place>,
    /// `prevent_destroy`
    pub prevent_destroy: Option<Value>,
    /// `create_before_destroy`
    pub create_before_destroy: Option<Value>,
    /// The paths in `ignore_changes`; `all` stands for everything.
    pub ignore_changes: Vec<String>,
}

/// A provider configuration.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The local name, such as `azurerm`.
    pub name: Arc<str>,
    /// The alias.
    pub alias: Option<Arc<str>>,
    /// The address prefix of the module that holds it; empty at the root.
    pub module: Arc<str>,
    /// Its settings.
    pub body: Value,
    /// Where it is.
    pub header: Place,
}

/// A provider version that the code asks for or locks.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The local name, such as `azurerm`.
    pub name: Arc<str>,
    /// The source, such as `hashicorp/azurerm`.
    pub source: Option<Arc<str>>,
    /// The version constraint, or the version that is locked.
    pub version: Arc<str>,
    /// Whether a lock file says so.
    pub locked: bool,
    /// The address prefix of the module that asks for it; empty at the root.
    pub module: Arc<str>,
    /// Where it is written.
    pub place: Place,
}

/// A `moved`, `removed` or `import` block.
#[derive(Clone, Debug)]
pub struct Change {
    /// The type of the block.
    pub kind: Arc<str>,
    /// The address before, if there is one.
    pub from: Option<String>,
    /// The address after, if there is one.
    pub to: Option<String>,
    /// Whether a `removed` block destroys what it removes; unknown or not written is nothing.
    pub destroy: Option<bool>,
    /// The address prefix of the module that holds it.
    pub module: Arc<str>,
    /// Where it is.
    pub header: Place,
}
