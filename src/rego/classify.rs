//! Decides which engine may run a rule.
//!
//! The bytecode machine answers some forms wrongly without saying so. Each is listed here and pinned by a
//! test that shows the two engines apart, so that an upgrade of the engine shows which may be lifted.

use regorus::unstable::{Expr, Ref, Rule, RuleBody, RuleHead};

use super::catalog::{Catalog, Group, Step, head_of, steps_of};
use super::graph::Graph;

/// Why the bytecode machine must not run a group of rules, with all that it reaches; `None` when it may.
pub(super) fn reason(
    catalog: &Catalog,
    graph: &Graph,
    unguarded: &[Option<&'static str>],
    group: usize,
) -> Option<String> {
    graph.reachable(group).into_iter().find_map(|reached| {
        let unsafe_form = own_reason(catalog, graph, reached)
            .or_else(|| unguarded[reached].map(str::to_owned))?;
        Some(if reached == group {
            unsafe_form
        } else {
            format!("{unsafe_form} in `{}`", catalog.groups[reached].name())
        })
    })
}

fn own_reason(catalog: &Catalog, graph: &Graph, index: usize) -> Option<String> {
    let group = &catalog.groups[index];
    let facts = &graph.facts[index];
    if group.definitions.iter().any(|definition| catalog.modules[definition.module].v0) {
        return Some("Rego v0".to_owned());
    }
    if let Some(form) = facts.iter().find_map(|facts| facts.unsafe_forms.first()) {
        return Some((*form).to_owned());
    }
    let structure = group.definitions.iter().find_map(|definition| head_reason(&definition.rule));
    if let Some(form) = structure.or_else(|| siblings(catalog, group)) {
        return Some(form.to_owned());
    }
    let iterates = facts.iter().any(|facts| facts.iterates);
    may_conflict(group, iterates).then(|| "a value that may conflict with another".to_owned())
}

fn head_reason(rule: &Rule) -> Option<&'static str> {
    match rule {
        Rule::Default { args, .. } if !args.is_empty() => return Some("a default function"),
        Rule::Spec { head: RuleHead::Set { key: None, .. }, .. } => {
            return Some("a partial rule without a key");
        }
        Rule::Default { .. } | Rule::Spec { .. } => {}
    }
    let (_, steps) = steps_of(head_of(rule))?;
    match steps.as_slice() {
        [] => None,
        [Step::Index(_)] if !matches!(rule, Rule::Spec { head: RuleHead::Set { .. }, .. }) => {
            Some("a partial object")
        }
        _ => Some("a head of several parts"),
    }
}

/// A rule `p` next to rules `p.a` is one object in the interpreter only.
fn siblings(catalog: &Catalog, group: &Group) -> Option<&'static str> {
    let nested = catalog.matching(&group.path).len() > 1;
    nested.then_some("a head of several parts")
}

/// Whether two successes of the rule may give different values, which only the interpreter reports.
fn may_conflict(group: &Group, iterates: bool) -> bool {
    let mut values = Vec::new();
    let mut complete = false;
    for definition in &group.definitions {
        match definition.rule.as_ref() {
            Rule::Default { .. } | Rule::Spec { head: RuleHead::Set { .. }, .. } => {}
            Rule::Spec {
                head: RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. },
                bodies,
                ..
            } => {
                complete = true;
                let value = assign.as_ref().map(|assign| &assign.value);
                // Branches after `else` exclude each other; blocks of the old syntax do not.
                values.push(constant(value, bodies));
                if bodies.iter().skip(1).any(|body| !body.is_else) {
                    values.push(None);
                }
            }
        }
    }
    let same = values.windows(2).all(|two| two[0].is_some() && two[0] == two[1]);
    complete && (values.len() > 1 && !same || iterates && values.iter().any(Option::is_none))
}

/// The text of a definition's value when it is one constant whichever branch succeeds.
fn constant(value: Option<&Ref<Expr>>, bodies: &[RuleBody]) -> Option<String> {
    let text = |value: Option<&Ref<Expr>>| match value.map(AsRef::as_ref) {
        None => Some("true".to_owned()),
        Some(Expr::Bool { span, .. } | Expr::Number { span, .. } | Expr::Null { span, .. }) => {
            Some(span.text().to_owned())
        }
        Some(Expr::String { span, .. } | Expr::RawString { span, .. }) => {
            Some(format!("\"{}", span.text()))
        }
        Some(_) => None,
    };
    let first = text(value)?;
    let others = bodies.iter().filter(|body| body.is_else || body.assign.is_some());
    others
        .map(|body| text(body.assign.as_ref().map(|assign| &assign.value)))
        .all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}
