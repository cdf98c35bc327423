//! What a rule reads of `input`, as far as its text tells.
//!
//! Over-approximates: everything that the rule can reach counts, whether or not an input leads there.

use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, Query, Rule};

use super::catalog::{Catalog, Definition, Step, call_name, literal_text, steps_of};
use super::graph::Graph;

/// One place of `input`: names of members, and `None` for an index or a computed name.
pub type InputPath = Vec<Option<String>>;

/// What one definition of an answer reads, and everything that it uses with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reads {
    /// The types that the definition asks for, where it compares `input.type` with texts. `None`: any.
    pub types: Option<Vec<String>>,
    /// The places it reads, with the name of the module and the line.
    pub paths: Vec<Read>,
    /// Texts that look like paths, for a rule that computes the places it reads.
    pub texts: Vec<Read>,
    /// Whether it only tells where the rule does not apply.
    pub not_applicable: bool,
    /// Whether it reads places that its text does not tell.
    pub computed: bool,
}

/// One place that is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// The place.
    pub path: InputPath,
    /// The index of the module among the sources.
    pub module: usize,
    /// The line, from 1.
    pub line: u32,
}

impl Read {
    /// The place as `rule.toml` writes it.
    pub fn dotted(&self) -> String {
        self.path.iter().fold(String::new(), |mut text, step| {
            match step {
                Some(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(name);
                }
                None => text.push_str("[]"),
            }
            text
        })
    }
}

/// The reads of each definition of a group.
pub(super) fn of(catalog: &Catalog, graph: &Graph, group: usize) -> Vec<Reads> {
    let definitions = catalog.groups[group].definitions.iter().zip(&graph.facts[group]);
    definitions
        .map(|(definition, facts)| {
            let mut reads = Reads { types: types_of(definition), ..Reads::default() };
            let below = facts.uses.iter().flat_map(|(used, _)| graph.reachable(*used));
            let mut groups: Vec<usize> = below.collect();
            groups.sort_unstable();
            groups.dedup();
            let others = groups.iter().flat_map(|group| &graph.facts[*group]);
            for facts in std::iter::once(facts).chain(others) {
                for read in &facts.reads {
                    match read.path.first() {
                        Some(Some(_)) => reads.paths.push(read.clone()),
                        Some(None) | None => reads.computed = true,
                    }
                }
                reads.texts.extend(facts.texts.iter().cloned());
            }
            reads.paths.sort();
            reads.paths.dedup();
            reads
        })
        .collect()
}

/// A text as a place, if it looks like one.
pub(super) fn path_in(text: &str) -> Option<InputPath> {
    let known = ["properties.", "related."].iter().any(|start| text.starts_with(start));
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._[]".contains(&byte));
    if !known || !plain || text.ends_with('.') {
        return None;
    }
    let mut path = InputPath::new();
    for part in text.split('.') {
        let (name, indexes) = part.split_once('[').unwrap_or((part, ""));
        path.push(Some(name.to_owned()));
        path.extend(indexes.split_terminator('[').filter(|index| !index.is_empty()).map(|_| None));
    }
    Some(path)
}

/// The steps of a reference to `input`.
pub(super) fn path_of_steps(steps: &[Step<'_>]) -> InputPath {
    steps
        .iter()
        .map(|step| match step {
            Step::Name(name) => Some(name.clone()),
            Step::Index(_) => None,
        })
        .collect()
}

/// The types that every body of a definition asks for.
fn types_of(definition: &Definition) -> Option<Vec<String>> {
    let Rule::Spec { bodies, .. } = definition.rule.as_ref() else { return None };
    let mut types = Vec::new();
    for body in bodies {
        types.extend(types_in(&body.query)?);
    }
    (!types.is_empty()).then_some(types)
}

fn types_in(query: &Query) -> Option<Vec<String>> {
    query.stmts.iter().filter(|statement| statement.with_mods.is_empty()).find_map(|statement| {
        let Literal::Expr { expr, .. } = &statement.literal else { return None };
        match expr.as_ref() {
            Expr::BoolExpr { op: BoolOp::Eq, lhs, rhs, .. }
            | Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } => {
                let text = if is_type(lhs) { rhs } else { lhs };
                (is_type(lhs) || is_type(rhs)).then(|| Some(vec![literal_text(text)?]))?
            }
            Expr::Membership { key: None, value, collection, .. } if is_type(value) => {
                match collection.as_ref() {
                    Expr::Array { items, .. } | Expr::Set { items, .. } => {
                        items.iter().map(|item| literal_text(item)).collect()
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    })
}

/// `input.type`, or `lower(input.type)`.
fn is_type(expr: &Expr) -> bool {
    if let Expr::Call { fcn, params, .. } = expr {
        return matches!(call_name(fcn).as_str(), "lower" | "upper")
            && params.first().is_some_and(|param| is_type(param));
    }
    steps_of(expr).is_some_and(|(root, steps)| {
        root == "input" && matches!(steps.as_slice(), [Step::Name(name)] if name == "type")
    })
}
