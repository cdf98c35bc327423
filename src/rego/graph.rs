//! The call graph of all modules: refuses recursion, bounds its depth, answers what a rule can reach.
//!
//! The engine finds recursion by running into it, and recursion of functions ends in a stack overflow, which
//! nothing can catch. So neither reaches it.

use std::collections::BTreeSet;

use super::catalog::Catalog;
use super::diagnostic::{Diagnostic, Text};
use super::facts::{Facts, head_span};

/// Stack that a call takes in the interpreter, in levels of expressions.
const CALL: u32 = 8;
/// Levels that the interpreter needs half a megabyte of stack for, a quarter of what a worker has: it was
/// measured to overflow one megabyte at 2350 levels, in whichever form they came.
const MAX_HEIGHT: u32 = 1200;

/// What each rule does and uses.
pub(super) struct Graph {
    /// For each group, the facts of its definitions.
    pub facts: Vec<Vec<Facts>>,
}

/// Checks the graph of the rules of `catalog`.
pub(super) fn check(
    catalog: &Catalog,
    texts: &[Text],
    facts: Vec<Vec<Facts>>,
) -> Result<Graph, Vec<Diagnostic>> {
    let graph = Graph { facts };
    let order = graph.order(catalog, texts).map_err(|diagnostic| vec![diagnostic])?;
    let mut heights = vec![0_u32; catalog.groups.len()];
    for group in order {
        let own = graph.facts[group].iter().map(|facts| facts.height).max().unwrap_or(0);
        let below = graph.uses(group).map(|used| heights[used] + CALL).max().unwrap_or(0);
        heights[group] = own.saturating_add(below);
        if heights[group] > MAX_HEIGHT {
            let definition = &catalog.groups[group].definitions[0];
            let message = format!(
                "`{}` nests expressions, loops and calls too deeply",
                catalog.groups[group].name()
            );
            let text = &texts[definition.module];
            let diagnostic = text.span(head_span(&definition.rule), message);
            return Err(vec![
                diagnostic
                    .with_help("split it into rules that do not call each other in one long chain"),
            ]);
        }
    }
    Ok(graph)
}

impl Graph {
    fn uses(&self, group: usize) -> impl Iterator<Item = usize> + '_ {
        self.facts[group].iter().flat_map(|facts| facts.uses.iter().map(|(used, _)| *used))
    }

    /// All groups that evaluating this one may touch, itself included.
    pub fn reachable(&self, group: usize) -> BTreeSet<usize> {
        let mut reached = BTreeSet::from([group]);
        let mut open = vec![group];
        while let Some(group) = open.pop() {
            open.extend(self.uses(group).filter(|used| reached.insert(*used)));
        }
        reached
    }

    /// The groups so that each comes after all that it uses.
    fn order(&self, catalog: &Catalog, texts: &[Text]) -> Result<Vec<usize>, Diagnostic> {
        const OPEN: u8 = 1;
        const DONE: u8 = 2;
        let mut state = vec![0_u8; catalog.groups.len()];
        let mut order = Vec::with_capacity(state.len());
        for root in 0..state.len() {
            if state[root] != 0 {
                continue;
            }
            state[root] = OPEN;
            let mut stack = vec![(root, self.uses(root).collect::<Vec<_>>())];
            while let Some((group, uses)) = stack.last_mut() {
                let group = *group;
                match uses.pop() {
                    Some(used) if state[used] == OPEN => {
                        let path = stack
                            .iter()
                            .map(|(group, _)| *group)
                            .skip_while(|group| *group != used)
                            .collect::<Vec<_>>();
                        return Err(self.recursion(catalog, texts, group, used, &path));
                    }
                    Some(used) if state[used] == 0 => {
                        state[used] = OPEN;
                        let uses = self.uses(used).collect();
                        stack.push((used, uses));
                    }
                    Some(_) => {}
                    None => {
                        state[group] = DONE;
                        order.push(group);
                        stack.pop();
                    }
                }
            }
        }
        Ok(order)
    }

    fn recursion(
        &self,
        catalog: &Catalog,
        texts: &[Text],
        from: usize,
        to: usize,
        path: &[usize],
    ) -> Diagnostic {
        let names = path
            .iter()
            .chain(std::iter::once(&to))
            .take(8)
            .map(|group| catalog.groups[*group].name());
        let message = format!("the rule is recursive: {}", names.collect::<Vec<_>>().join(" -> "));
        let help = "Rego has no recursion; use a comprehension, walk or graph.reachable";
        let site = self.facts[from].iter().zip(&catalog.groups[from].definitions).find_map(
            |(facts, definition)| {
                let (_, span) = facts.uses.iter().find(|(used, _)| *used == to)?;
                Some(texts[definition.module].span(span, &message).with_help(help))
            },
        );
        site.unwrap_or_else(|| {
            let definition = &catalog.groups[from].definitions[0];
            texts[definition.module].span(head_span(&definition.rule), &message).with_help(help)
        })
    }
}
