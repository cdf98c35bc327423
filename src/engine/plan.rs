//! Which rules judge which types, prepared once.

use std::collections::HashMap;
use std::sync::Arc;

use miette::Diagnostic;
use thiserror::Error;

use crate::finding::Severity;
use crate::inventory::Kind;
use crate::rule::{Check, Metadata, Parameters};

/// A rule as it is loaded: bundled, or from a rule pack.
#[derive(Clone)]
pub struct Rule {
    /// Its metadata.
    pub metadata: Arc<Metadata>,
    /// Its logic.
    pub logic: Logic,
    /// The folder or file it was loaded from, for a rule of a pack.
    pub origin: Option<std::path::PathBuf>,
}

/// How a rule decides.
#[derive(Clone)]
pub enum Logic {
    /// A function.
    Native(Check),
    /// A Rego module; the index is into the sources of the plan.
    Rego {
        /// The file, for diagnostics.
        name: String,
        /// Its text.
        text: Arc<str>,
    },
}

impl Rule {
    /// The languages a rule can be written in, for lists.
    pub fn language(&self) -> &'static str {
        match self.logic {
            Logic::Native(_) => "rust",
            Logic::Rego { .. } => "rego",
        }
    }
}

/// A rule that takes part in a run.
pub struct ActiveRule {
    /// The rule.
    pub rule: Rule,
    /// Its severity after overrides.
    pub severity: Severity,
    /// Its parameters.
    pub parameters: Parameters,
}

/// Why rules cannot run.
#[derive(Debug, Error, Diagnostic)]
pub enum EngineError {
    /// A Rego module was refused.
    #[cfg(feature = "rego")]
    #[error("{count} Rego {} refused", if *count == 1 { "module was" } else { "modules were" })]
    #[diagnostic(code(backuplint::rego))]
    Rego {
        /// How many diagnostics there are.
        count: usize,
        /// Each with its place.
        #[related]
        diagnostics: Vec<crate::rego::Diagnostic>,
    },
}

/// How a plan runs its Rego rules; the defaults are those of an audit.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanOptions {
    /// Which engine runs every rule, whatever fits it best.
    pub engine: EngineChoice,
    /// Rules see whole resources, not only the facts they declare.
    pub whole_resources: bool,
    /// An error of a builtin stops the rule instead of making the expression undefined.
    pub strict: bool,
}

/// Which Rego engine runs a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum EngineChoice {
    /// The bytecode machine for the subset it answers correctly, the interpreter for the rest.
    #[default]
    Fitting,
    /// The interpreter for all.
    Interpreter,
}

/// The rules of a run by what they judge.
pub struct Plan {
    /// Active rules, sorted by id.
    pub rules: Vec<ActiveRule>,
    /// By the number of the kind.
    pub(super) by_kind: Vec<Option<Applicable>>,
    /// Types that have no kind, by lower-case name.
    pub(super) by_type: HashMap<String, Applicable>,
    /// Rules that judge every target.
    pub(super) any: Applicable,
    /// Rules that judge what becomes of resources.
    pub(super) of_changes: Vec<(usize, Check)>,
    #[cfg(feature = "rego")]
    pub(super) rego: super::rego_rules::RegoRules,
}

/// The rules that judge one type.
#[derive(Default)]
pub(super) struct Applicable {
    /// Native rules with their indexes.
    pub native: Vec<(usize, Check)>,
    /// Indexes of Rego rules, those together that see the same input.
    pub rego: Vec<usize>,
}

impl Plan {
    /// Prepares the rules of a run. `libraries` are Rego modules that rules import.
    ///
    /// # Errors
    /// When a Rego module is refused by the gate or does not compile.
    pub fn new(
        mut rules: Vec<ActiveRule>,
        libraries: &[(String, Arc<str>)],
        clock: crate::inventory::Time,
        options: PlanOptions,
    ) -> Result<Self, EngineError> {
        rules.sort_by(|left, right| left.rule.metadata.id.cmp(&right.rule.metadata.id));
        let mut by_kind: Vec<Option<Applicable>> = Vec::new();
        by_kind.resize_with(Kind::Other as usize + 1, || None);
        let mut by_type: HashMap<String, Applicable> = HashMap::new();
        let mut any = Applicable::default();
        let mut of_changes = Vec::new();
        for (at, active) in rules.iter().enumerate() {
            if let Logic::Native(check @ Check::Change(_)) = active.rule.logic {
                of_changes.push((at, check));
                continue;
            }
            if let Logic::Native(check @ Check::Any(_)) = active.rule.logic {
                any.native.push((at, check));
                continue;
            }
            for name in &active.rule.metadata.applies_to {
                let applicable = match Kind::of_type(name) {
                    _ if name == "any" => &mut any,
                    Kind::Other => by_type.entry(name.to_ascii_lowercase()).or_default(),
                    kind => by_kind[kind as usize].get_or_insert_default(),
                };
                match active.rule.logic {
                    Logic::Native(check) => applicable.native.push((at, check)),
                    Logic::Rego { .. } => applicable.rego.push(at),
                }
            }
        }
        #[cfg(feature = "rego")]
        let rego = super::rego_rules::RegoRules::compile(&rules, libraries, clock, options)?;
        #[cfg(feature = "rego")]
        {
            for kind in Kind::all() {
                let of_kind = by_kind[kind as usize].iter_mut();
                of_kind.for_each(|rules| rego.group(kind, "", &mut rules.rego));
            }
            for (name, rules) in &mut by_type {
                rego.group(Kind::Other, name, &mut rules.rego);
            }
            rego.group(Kind::Other, "any", &mut any.rego);
        }
        #[cfg(not(feature = "rego"))]
        let _ = (libraries, clock, options);
        Ok(Self {
            rules,
            by_kind,
            by_type,
            any,
            of_changes,
            #[cfg(feature = "rego")]
            rego,
        })
    }
}

impl Plan {
    /// The parameters of a rule; `None` if it takes no part in the run.
    pub(super) fn parameters(&self, rule: &str) -> Option<&Parameters> {
        let at = self.rules.binary_search_by(|active| active.rule.metadata.id.as_str().cmp(rule));
        at.ok().map(|at| &self.rules[at].parameters)
    }
}
