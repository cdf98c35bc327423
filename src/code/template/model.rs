//! A template as it was read, before anything is evaluated: the same for ARM JSON and Bicep.

use std::collections::HashMap;
use std::sync::Arc;

use crate::code::template::expression::{Each, Expression};
use crate::code::value::Place;

/// The language of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// ARM JSON.
    Arm,
    /// Bicep.
    Bicep,
}

/// Where a template deploys to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// A resource group.
    #[default]
    ResourceGroup,
    /// A subscription.
    Subscription,
    /// A management group.
    ManagementGroup,
    /// The tenant.
    Tenant,
}

/// A template.
#[derive(Debug)]
pub struct Template {
    /// The number of its file.
    pub file: u32,
    /// All of it.
    pub place: Place,
    /// Its language.
    pub language: Language,
    /// Where it deploys to.
    pub level: Level,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its variables.
    pub variables: Vec<Variable>,
    /// Its own functions.
    pub functions: Vec<Function>,
    /// Its resources and modules; children follow the resource that they stand in.
    pub resources: Vec<Resource>,
    /// Its outputs.
    pub outputs: Vec<Output>,
    /// What it imports.
    pub imports: Vec<Import>,
    /// Names to what they stand for; in ARM in lower case with the kind of thing before it.
    pub names: HashMap<Arc<str>, Symbol>,
    /// Names with which an ARM template and a parameter file are related: `using` and `extends`.
    pub using: Option<Using>,
}

/// What a name stands for: a position in one of the lists of the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    /// A parameter.
    Parameter(usize),
    /// A variable.
    Variable(usize),
    /// A function.
    Function(usize),
    /// A resource or module.
    Resource(usize),
    /// One name that an import brings.
    Import(usize),
}

/// The file for which a parameter file holds values, and the one that it extends.
#[derive(Debug, Clone, Default)]
pub struct Using {
    /// The template.
    pub template: Option<(Arc<str>, Place)>,
    /// The parameter file that this one builds on.
    pub extends: Option<(Arc<str>, Place)>,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub place: Place,
    /// Its default.
    pub default: Option<Expression>,
    /// Whether it is null when nobody gives it.
    pub nullable: bool,
    /// Whether its value is a secret.
    pub secure: bool,
}

/// A variable.
#[derive(Debug)]
pub struct Variable {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub place: Place,
    /// Its value, or the element of its loop.
    pub value: Expression,
    /// The number of elements, if it is a copy loop.
    pub count: Option<Expression>,
}

/// A function of the template's own.
#[derive(Debug)]
pub struct Function {
    /// `namespace.name` in ARM, the name in Bicep.
    pub name: Arc<str>,
    /// The names of its parameters.
    pub parameters: Box<[Arc<str>]>,
    /// What it gives.
    pub body: Expression,
}

/// An output.
#[derive(Debug)]
pub struct Output {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub place: Place,
    /// Its value, or the element of its loop.
    pub value: Expression,
    /// The number of elements, if it is a copy loop.
    pub count: Option<Expression>,
}

/// One name that a template imports.
#[derive(Debug)]
pub struct Import {
    /// The name there; empty for everything under the local name.
    pub name: Arc<str>,
    /// The file or registry.
    pub from: Arc<str>,
    /// Where that is written.
    pub place: Place,
}

/// A resource, a module or a nested deployment.
#[derive(Debug)]
pub struct Resource {
    /// Its symbolic name.
    pub symbol: Option<Arc<str>>,
    /// What a finding about something missing points at.
    pub header: Place,
    /// All of it.
    pub place: Place,
    /// The type as written, short in a child.
    pub kind: Arc<str>,
    /// Where the type stands.
    pub kind_place: Place,
    /// The version of the API.
    pub api_version: Option<Expression>,
    /// Whether it is only referred to.
    pub existing: bool,
    /// Whether it is deployed.
    pub condition: Option<Expression>,
    /// Its loop.
    pub repeat: Option<Loop>,
    /// Its name as written.
    pub name: Option<Expression>,
    /// The position of the resource in which it stands.
    pub within: Option<usize>,
    /// Bicep's `parent`.
    pub parent: Option<Expression>,
    /// What it extends, or where it is deployed.
    pub scope: Option<Expression>,
    /// The subscription, if another one.
    pub subscription: Option<Expression>,
    /// The resource group, if another one.
    pub group: Option<Expression>,
    /// All members but those above.
    pub body: Expression,
    /// What it deploys, if it is a deployment.
    pub deployment: Option<Nested>,
}

/// A loop over resources.
#[derive(Debug)]
pub enum Loop {
    /// ARM: a name and a number.
    Copy {
        /// The name of the loop.
        name: Arc<str>,
        /// How often.
        count: Expression,
    },
    /// Bicep: a list.
    Each(Each),
}

/// What a nested deployment or a module deploys.
#[derive(Debug)]
pub struct Nested {
    /// The template.
    pub source: Source,
    /// The values of its parameters: `{name: {value: …}}` in ARM, `{name: …}` in Bicep.
    pub arguments: Option<Expression>,
    /// Whether expressions in it belong to this template instead of to it.
    pub outer: bool,
}

/// Where the template of a deployment is.
#[derive(Debug)]
pub enum Source {
    /// In the template itself.
    Inline(Arc<Template>),
    /// In a file, by a path relative to this one, or in a registry.
    Path(Arc<str>, Place),
    /// At an address that has to be evaluated.
    Address(Expression),
    /// Nowhere.
    Missing(Place),
}

impl Template {
    /// An empty template.
    pub fn new(file: u32, place: Place, language: Language) -> Self {
        Self {
            file,
            place,
            language,
            level: Level::default(),
            parameters: Vec::new(),
            variables: Vec::new(),
            functions: Vec::new(),
            resources: Vec::new(),
            outputs: Vec::new(),
            imports: Vec::new(),
            names: HashMap::new(),
            using: None,
        }
    }

    /// The parameter with this name; ARM does not regard letter case.
    pub fn parameter(&self, name: &str) -> Option<usize> {
        match self.named("p:", name)? {
            Symbol::Parameter(at) => Some(at),
            _ => None,
        }
    }

    /// The variable with this name.
    pub fn variable(&self, name: &str) -> Option<usize> {
        match self.named("v:", name)? {
            Symbol::Variable(at) => Some(at),
            _ => None,
        }
    }

    /// The function with this name.
    pub fn function(&self, name: &str) -> Option<usize> {
        match self.named("f:", name)? {
            Symbol::Function(at) => Some(at),
            _ => None,
        }
    }

    /// The resource with this symbolic name.
    pub fn resource(&self, name: &str) -> Option<usize> {
        match self.named("r:", name)? {
            Symbol::Resource(at) => Some(at),
            _ => None,
        }
    }

    fn named(&self, kind: &str, name: &str) -> Option<Symbol> {
        match self.language {
            Language::Bicep => self.names.get(name).copied(),
            Language::Arm => {
                self.names.get(&*format!("{kind}{}", name.to_ascii_lowercase())).copied()
            }
        }
    }

    /// Makes the names of an ARM template findable.
    pub fn index(&mut self) {
        let mut names = HashMap::new();
        let mut put = |kind: &str, name: &str, symbol| {
            names.insert(Arc::from(format!("{kind}{}", name.to_ascii_lowercase())), symbol);
        };
        for (at, parameter) in self.parameters.iter().enumerate() {
            put("p:", &parameter.name, Symbol::Parameter(at));
        }
        for (at, variable) in self.variables.iter().enumerate() {
            put("v:", &variable.name, Symbol::Variable(at));
        }
        for (at, function) in self.functions.iter().enumerate() {
            put("f:", &function.name, Symbol::Function(at));
        }
        for (at, resource) in self.resources.iter().enumerate() {
            if let Some(symbol) = &resource.symbol {
                put("r:", symbol, Symbol::Resource(at));
            }
        }
        self.names = names;
    }
}
