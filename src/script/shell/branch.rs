//! Walks through branches and loops: what they set is joined behind them.

use super::evaluate::Shell;
use std::{collections::HashSet, sync::Arc};

use super::{
    super::{
        model::{ConditionKind, WordKind},
        place::Place,
        text::Text,
        value::{Cause, Value},
        walk::{Branch, Flow, Mark},
    },
    Arguments,
    syntax::{CaseArm, Item, Kind, Loop, Node, Span, Word},
};

impl Shell<'_> {
    pub fn conditional(
        &mut self,
        arms: &[super::syntax::Arm],
        otherwise: Option<&[Item]>,
        node: &Node,
    ) -> Flow {
        let mut branches = Vec::new();
        let mut flow = None;
        let mut tests = 0;
        for arm in arms {
            self.run(&arm.test);
            let place = self.place(arm.test_span);
            let detail = self.excerpt(arm.test_span);
            let never = matches!(&*detail, "false" | "[ 1 -eq 0 ]");
            let kind = if never { ConditionKind::Never } else { ConditionKind::If };
            self.recorder.enter(kind, place, Arc::clone(&detail));
            let mark = self.variables.begin();
            let reached = self.run(&arm.body);
            self.recorder.leave();
            self.take_branch(&mut branches, &mut flow, reached, &mark);
            self.recorder.enter(ConditionKind::Else, place, detail);
            tests += 1;
        }
        if let Some(items) = otherwise {
            let mark = self.variables.begin();
            let reached = self.run(items);
            self.take_branch(&mut branches, &mut flow, reached, &mark);
        }
        for _ in 0..tests {
            self.recorder.leave();
        }
        let place = self.place(node.span);
        self.variables.join(branches, otherwise.is_some(), place);
        if otherwise.is_some() { flow.unwrap_or(Flow::Falls) } else { Flow::Falls }
    }

    /// Keeps what a branch changed, unless nothing comes after it.
    pub fn take_branch(
        &mut self,
        branches: &mut Vec<Branch>,
        flow: &mut Option<Flow>,
        reached: Flow,
        mark: &Mark,
    ) {
        if reached == Flow::Falls {
            branches.push(self.variables.end(mark));
        } else {
            self.variables.undo(mark);
        }
        *flow = Some(flow.map_or(reached, |flow| flow.min(reached)));
    }

    pub fn case(&mut self, subject: &Word, arms: &[CaseArm], node: &Node) -> Flow {
        self.expand(subject);
        let place = self.place(subject.span);
        let mut branches = Vec::new();
        let mut flow = None;
        let mut exhaustive = false;
        for arm in arms {
            let head = arm.patterns.first().map_or(place, |pattern| self.place(pattern.span));
            let detail = arm
                .patterns
                .first()
                .map_or_else(|| "".into(), |pattern| self.excerpt(pattern.span));
            exhaustive |= &*detail == "*";
            self.recorder.enter(ConditionKind::Case, head, detail);
            let mark = self.variables.begin();
            let reached = self.run(&arm.body);
            self.recorder.leave();
            self.take_branch(&mut branches, &mut flow, reached, &mark);
        }
        let place = self.place(node.span);
        self.variables.join(branches, exhaustive, place);
        if exhaustive { flow.unwrap_or(Flow::Falls) } else { Flow::Falls }
    }

    pub fn looped(&mut self, looped: &Loop) -> Flow {
        let head = self.place(looped.head);
        let detail = self.excerpt(looped.head);
        let mut items = Vec::new();
        for word in looped.words.iter().flat_map(|word| self.expand(word)) {
            let pattern = matches!(word.kind, WordKind::One)
                && word.value.as_text().is_some_and(|text| text.contains(['*', '?']));
            items.push(if pattern {
                Value::unknown(Cause::Loop, "a pattern", word.place)
            } else {
                word.value
            });
        }
        let mark = self.variables.begin();
        self.forget_changes(looped, head);
        if let Some(variable) = looped.variable {
            let name = self.slice(variable).to_owned();
            let value = match items.as_slice() {
                [only] if only.as_text().is_some() => only.clone(),
                [only] if only.as_unknown().is_some_and(|unknown| unknown.from.is_some()) => {
                    Value::output(only.as_unknown().and_then(|unknown| unknown.from), &*name, head)
                }
                _ => Value::unknown(Cause::Loop, &*name, head),
            };
            self.variables.set(&name, value);
        }
        let never = &*detail == "while false";
        self.recorder.enter(
            if never { ConditionKind::Never } else { ConditionKind::Loop },
            head,
            detail,
        );
        self.run(&looped.test);
        self.run(&looped.body);
        self.recorder.leave();
        let branch = self.variables.end(&mark);
        self.variables.join(vec![branch], false, head);
        Flow::Falls
    }

    /// Before a loop: what its body sets may have been set by an earlier round.
    pub fn forget_changes(&mut self, looped: &Loop, place: Place) {
        let mut names = HashSet::new();
        let mut shifts = false;
        let mut calls = Vec::new();
        assigned(&looped.test, &self.text, &mut names, &mut shifts, &mut calls);
        assigned(&looped.body, &self.text, &mut names, &mut shifts, &mut calls);
        self.recorder.budget.take(names.len() + calls.len());
        let mut seen = HashSet::new();
        while let Some(call) = calls.pop() {
            if !seen.insert(call.clone()) {
                continue;
            }
            if let Some(definition) = self.functions.get(&call).cloned() {
                let items = std::slice::from_ref(&definition.function.body);
                assigned_nodes(items, &definition.text, &mut names, &mut shifts, &mut calls);
            }
        }
        if shifts {
            self.arguments = Arguments::Unknown;
        }
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        for name in names {
            self.variables.set(&name, Value::unknown(Cause::Loop, &*name, place));
        }
    }
}

/// The variables that code sets, and the functions that it may call.
fn assigned(
    items: &[Item],
    text: &Text,
    names: &mut HashSet<Box<str>>,
    shifts: &mut bool,
    calls: &mut Vec<Box<str>>,
) {
    for item in items {
        assigned_nodes(&item.commands, text, names, shifts, calls);
    }
}

fn assigned_nodes(
    nodes: &[Node],
    text: &Text,
    names: &mut HashSet<Box<str>>,
    shifts: &mut bool,
    calls: &mut Vec<Box<str>>,
) {
    let slice =
        |span: Span| text.content.get(span.start as usize..span.end as usize).unwrap_or_default();
    for node in nodes {
        match &node.kind {
            Kind::Simple(simple) => {
                let assignments = simple.assignments.iter().chain(&simple.declared);
                names.extend(assignments.map(|assignment| slice(assignment.name).into()));
                let Some(first) = simple.words.first() else { continue };
                let name = slice(first.span);
                match name {
                    "shift" | "set" => *shifts = true,
                    "read" | "mapfile" | "readarray" | "unset" | "local" | "declare" | "export" => {
                        names.extend(
                            simple.words[1..].iter().map(|word| Box::from(slice(word.span))),
                        );
                    }
                    _ => calls.push(name.into()),
                }
            }
            Kind::If { arms, otherwise } => {
                for arm in arms {
                    assigned(&arm.test, text, names, shifts, calls);
                    assigned(&arm.body, text, names, shifts, calls);
                }
                assigned(otherwise.as_deref().unwrap_or_default(), text, names, shifts, calls);
            }
            Kind::Loop(looped) => {
                names.extend(looped.variable.map(|variable| slice(variable).into()));
                assigned(&looped.test, text, names, shifts, calls);
                assigned(&looped.body, text, names, shifts, calls);
            }
            Kind::Case { arms, .. } => {
                for arm in arms {
                    assigned(&arm.body, text, names, shifts, calls);
                }
            }
            Kind::Group(items) => assigned(items, text, names, shifts, calls),
            Kind::Subshell(_) | Kind::Function(_) | Kind::Test(_) => {}
        }
    }
}
