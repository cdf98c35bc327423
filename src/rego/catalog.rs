//! The rules of all modules by path, and what a name in a module stands for.

use std::collections::BTreeMap;

use regorus::unstable::{Expr, Module, Ref, Rule, RuleHead};

/// A path from `data`, which itself is left out.
pub(super) type Path = Vec<String>;

/// All definitions of one rule or function.
pub(super) struct Group {
    pub path: Path,
    pub definitions: Vec<Definition>,
}

/// One `rule { … }` or `default rule := …`.
pub(super) struct Definition {
    pub module: usize,
    pub rule: Ref<Rule>,
}

/// What a module is and imports.
pub(super) struct ModuleInfo {
    pub package: Path,
    pub ast: Ref<Module>,
    pub v0: bool,
    imports: BTreeMap<String, Target>,
}

#[derive(Clone)]
enum Target {
    Data(Path),
    Input,
}

/// What the first name of a reference stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Root {
    Data(Path),
    Input,
    /// A variable.
    Local,
}

/// One step of a reference after its root.
pub(super) enum Step<'a> {
    Name(String),
    Index(&'a Ref<Expr>),
}

/// All modules and their rules.
pub(super) struct Catalog {
    pub modules: Vec<ModuleInfo>,
    pub groups: Vec<Group>,
    by_path: BTreeMap<Path, usize>,
}

impl Catalog {
    /// Lists the rules of modules, each with whether it is of the old syntax.
    pub fn new(modules: Vec<(Ref<Module>, bool)>) -> Self {
        let mut catalog =
            Self { modules: Vec::new(), groups: Vec::new(), by_path: BTreeMap::new() };
        for (index, (ast, v0)) in modules.into_iter().enumerate() {
            let package = path_of(&ast.package.refr).0;
            for rule in &ast.policy {
                let mut path = package.clone();
                path.extend(path_of(head_of(rule)).0);
                let groups = &mut catalog.groups;
                let group = *catalog.by_path.entry(path.clone()).or_insert_with(|| {
                    groups.push(Group { path, definitions: Vec::new() });
                    groups.len() - 1
                });
                groups[group].definitions.push(Definition { module: index, rule: rule.clone() });
            }
            let imports = imports_of(&ast);
            catalog.modules.push(ModuleInfo { package, ast, v0, imports });
        }
        catalog
    }

    /// The rule at exactly this path.
    pub fn find(&self, path: &[String]) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The rule of this name in a module's own package.
    pub fn own(&self, module: usize, name: &str) -> Option<usize> {
        let mut path = self.modules[module].package.clone();
        path.push(name.to_owned());
        self.find(&path)
    }

    /// The rules that a reference with this known beginning may read: those below it and those above it.
    pub fn matching(&self, prefix: &[String]) -> Vec<usize> {
        let below =
            self.by_path.range(prefix.to_vec()..).take_while(|(path, _)| path.starts_with(prefix));
        let above = (0..prefix.len()).filter_map(|len| self.by_path.get(&prefix[..len]));
        above.copied().chain(below.map(|(_, group)| *group)).collect()
    }

    /// What a name that no scope declares stands for in a module.
    pub fn root(&self, module: usize, name: &str) -> Root {
        match (name, self.modules[module].imports.get(name)) {
            ("data", _) => Root::Data(Vec::new()),
            ("input", _) | (_, Some(Target::Input)) => Root::Input,
            (_, Some(Target::Data(path))) => Root::Data(path.clone()),
            (_, None) => {
                let mut path = self.modules[module].package.clone();
                path.push(name.to_owned());
                // `a.b := 1` is a rule `a.b`, and `a` names the object that holds it.
                if self
                    .matching(&path)
                    .iter()
                    .any(|group| self.groups[*group].path.starts_with(&path))
                {
                    Root::Data(path)
                } else {
                    Root::Local
                }
            }
        }
    }

    /// The path that a module imports under a name.
    pub fn imported(&self, module: usize, name: &str) -> Option<&Path> {
        match self.modules[module].imports.get(name) {
            Some(Target::Data(path)) => Some(path),
            _ => None,
        }
    }

    /// The rule that a call names, when it is not a builtin's name.
    pub fn callee(&self, module: usize, name: &str) -> Option<usize> {
        let mut parts = name.split('.').map(str::to_owned);
        let first = parts.next()?;
        let Root::Data(mut path) = self.root(module, &first) else { return None };
        path.extend(parts);
        self.find(&path)
    }
}

impl Group {
    /// The path as a policy writes it.
    pub fn name(&self) -> String {
        format!("data.{}", self.path.join("."))
    }

    pub fn is_function(&self) -> bool {
        self.definitions.iter().any(|definition| match definition.rule.as_ref() {
            Rule::Spec { head, .. } => matches!(head, RuleHead::Func { .. }),
            Rule::Default { args, .. } => !args.is_empty(),
        })
    }
}

/// The reference that a rule defines.
pub(super) fn head_of(rule: &Rule) -> &Ref<Expr> {
    match rule {
        Rule::Default { refr, .. } => refr,
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. }
            | RuleHead::Set { refr, .. }
            | RuleHead::Func { refr, .. } => refr,
        },
    }
}

/// The names that a reference begins with, and whether they are all of it.
pub(super) fn path_of(expr: &Expr) -> (Path, bool) {
    let Some((root, steps)) = steps_of(expr) else { return (Vec::new(), false) };
    let mut path = vec![root.to_owned()];
    for step in steps {
        match step {
            Step::Name(name) => path.push(name),
            Step::Index(_) => return (path, false),
        }
    }
    (path, true)
}

/// The first name of a reference and its steps; `None` for a reference into something unnamed.
pub(super) fn steps_of(mut expr: &Expr) -> Option<(&str, Vec<Step<'_>>)> {
    let mut steps = Vec::new();
    loop {
        match expr {
            Expr::RefDot { refr, field, .. } => {
                steps.push(Step::Name(field.0.text().to_owned()));
                expr = refr;
            }
            Expr::RefBrack { refr, index, .. } => {
                steps.push(literal_text(index).map_or(Step::Index(index), Step::Name));
                expr = refr;
            }
            Expr::Var { span, .. } => {
                steps.reverse();
                return Some((span.text(), steps));
            }
            _ => return None,
        }
    }
}

/// The value of a string literal.
pub(super) fn literal_text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::String { value, .. } | Expr::RawString { value, .. } => {
            value.as_string().ok().map(ToString::to_string)
        }
        _ => None,
    }
}

/// The dotted name that a call gives its function.
pub(super) fn call_name(function: &Expr) -> String {
    path_of(function).0.join(".")
}

fn imports_of(module: &Module) -> BTreeMap<String, Target> {
    let mut imports = BTreeMap::new();
    for import in &module.imports {
        let (path, _) = path_of(&import.refr);
        let Some((first, rest)) = path.split_first() else { continue };
        let last = path.last().unwrap_or(first);
        let name = import.r#as.as_ref().map_or(last.as_str(), |alias| alias.text()).to_owned();
        match first.as_str() {
            "data" => imports.insert(name, Target::Data(rest.to_vec())),
            "input" => imports.insert(name, Target::Input),
            _ => None,
        };
    }
    imports
}
