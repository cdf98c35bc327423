//! Walks through branches and loops: what they set is joined behind them.

use super::evaluate::{Walk, variable_key};
use std::{collections::HashSet, sync::Arc};

use super::{
    super::{
        model::ConditionKind,
        place::Place,
        value::{Cause, Content, Value},
        walk::{Branch, Flow, Mark},
    },
    syntax::{Arm, Element, Expression, ExpressionKind, Loop, Span, Statement, StatementKind},
};

impl Walk<'_> {
    pub fn conditional(
        &mut self,
        arms: &[Arm],
        otherwise: Option<&[Statement]>,
        place: Place,
    ) -> (Flow, Option<Value>) {
        let mut branches = Vec::new();
        let mut flow: Option<Flow> = None;
        let mut values = Vec::new();
        for arm in arms {
            let test = self.run_for_value(&arm.test).1;
            let head = self.place(arm.test_span);
            let detail = self.excerpt(arm.test_span);
            let never =
                matches!(test.as_ref().map(|test| &test.content), Some(Content::Bool(false)))
                    && detail.eq_ignore_ascii_case("$false");
            self.recorder.enter(
                if never { ConditionKind::Never } else { ConditionKind::If },
                head,
                Arc::clone(&detail),
            );
            let mark = self.variables.begin();
            let (reached, value) = self.run_for_value(&arm.body);
            values.push(value);
            self.recorder.leave();
            self.take_branch(&mut branches, &mut flow, reached, &mark);
            self.recorder.enter(ConditionKind::Else, head, detail);
        }
        if let Some(statements) = otherwise {
            let mark = self.variables.begin();
            let (reached, value) = self.run_for_value(statements);
            values.push(value);
            self.take_branch(&mut branches, &mut flow, reached, &mark);
        }
        for _ in arms {
            self.recorder.leave();
        }
        self.variables.join(branches, otherwise.is_some(), place);
        let output = match values.as_slice() {
            [Some(first), rest @ ..]
                if otherwise.is_some() && rest.iter().flatten().all(|value| value.same(first)) =>
            {
                Some(first.clone())
            }
            values if values.iter().any(Option::is_some) => {
                Some(Value::unknown(Cause::Conditional, "if", place))
            }
            _ => None,
        };
        (if otherwise.is_some() { flow.unwrap_or(Flow::Falls) } else { Flow::Falls }, output)
    }

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

    pub fn switch(
        &mut self,
        subject: &[Statement],
        arms: &[(Option<Expression>, Vec<Statement>)],
        place: Place,
    ) -> Flow {
        self.run(subject);
        let mut branches = Vec::new();
        let mut flow = None;
        let mut exhaustive = false;
        for (pattern, body) in arms {
            let (head, detail) = match pattern {
                Some(pattern) => (self.place(pattern.span), self.excerpt(pattern.span)),
                None => (place, "default".into()),
            };
            exhaustive |= pattern.is_none();
            let head = if pattern.is_none() { Place::new(head.start, head.start) } else { head };
            self.recorder.enter(ConditionKind::Case, head, detail);
            let mark = self.variables.begin();
            let reached = match self.run(body) {
                // `break` leaves the switch.
                Flow::Breaks => Flow::Falls,
                reached => reached,
            };
            self.recorder.leave();
            self.take_branch(&mut branches, &mut flow, reached, &mark);
        }
        self.variables.join(branches, exhaustive, place);
        if exhaustive { flow.unwrap_or(Flow::Falls) } else { Flow::Falls }
    }

    pub fn try_catch(
        &mut self,
        body: &[Statement],
        catches: &[(Span, Vec<Statement>)],
        finally: &[Statement],
        place: Place,
    ) -> Flow {
        let mark = self.variables.begin();
        let flow = self.run(body);
        let mut branches = vec![self.variables.end(&mark)];
        for (head, catch) in catches {
            let head = self.place(*head);
            self.recorder.enter(ConditionKind::Catch, head, "");
            let mark = self.variables.begin();
            let reached = self.run(catch);
            self.recorder.leave();
            let mut ignored = None;
            self.take_branch(&mut branches, &mut ignored, reached, &mark);
        }
        self.variables.join(branches, true, place);
        self.run(finally);
        if catches.is_empty() { flow } else { Flow::Falls }
    }

    pub fn looped(&mut self, looped: &Loop) -> Flow {
        let head = self.place(looped.head);
        let detail = self.excerpt(looped.head);
        let mark = self.variables.begin();
        let items =
            if looped.variable.is_some() { self.run_for_value(&looped.test).1 } else { None };
        self.forget_changes(looped, head);
        if let Some(variable) = &looped.variable {
            let value = match items.as_ref().map(|items| &items.content) {
                Some(Content::Text(_)) => items.clone(),
                Some(Content::List(list)) if list.len() == 1 => list.first().cloned(),
                Some(Content::Unknown(unknown)) if unknown.from.is_some() => {
                    Some(Value::output(unknown.from, &**variable, head))
                }
                _ => None,
            };
            let value = value.unwrap_or_else(|| Value::unknown(Cause::Loop, &**variable, head));
            self.variables.set(&variable.to_lowercase(), value);
        }
        self.recorder.enter(ConditionKind::Loop, head, detail);
        if looped.variable.is_none() {
            // `for ($i = 0; …; $i++)`: the first value is not that of the other rounds.
            self.run(&looped.test);
            self.forget_changes(looped, head);
        }
        self.run(&looped.body);
        self.recorder.leave();
        let branch = self.variables.end(&mark);
        self.variables.join(vec![branch], false, head);
        Flow::Falls
    }

    /// Before a loop: what its body sets may have been set by an earlier round.
    pub fn forget_changes(&mut self, looped: &Loop, place: Place) {
        let mut names = HashSet::new();
        assigned(&looped.test, &mut names);
        assigned(&looped.body, &mut names);
        self.recorder.budget.take(names.len());
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        for name in names {
            self.variables.set(&name, Value::unknown(Cause::Loop, &*name, place));
        }
    }
}

/// The variables that statements set.
fn assigned(statements: &[Statement], names: &mut HashSet<Box<str>>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Assign { target, value, .. } => {
                targets(target, names);
                assigned(std::slice::from_ref(value), names);
            }
            StatementKind::If { arms, otherwise } => {
                for arm in arms {
                    assigned(&arm.test, names);
                    assigned(&arm.body, names);
                }
                assigned(otherwise.as_deref().unwrap_or_default(), names);
            }
            StatementKind::Loop(looped) => {
                names.extend(looped.variable.as_deref().map(variable_key));
                assigned(&looped.test, names);
                assigned(&looped.body, names);
            }
            StatementKind::Switch { arms, .. } => {
                for (_, body) in arms {
                    assigned(body, names);
                }
            }
            StatementKind::Try { body, catches, finally } => {
                assigned(body, names);
                for (_, catch) in catches {
                    assigned(catch, names);
                }
                assigned(finally, names);
            }
            StatementKind::Block(body) => assigned(body, names),
            StatementKind::Chain { pipelines, .. } => {
                for element in pipelines.iter().flat_map(|(_, elements)| elements) {
                    // `$list.Add(…)`, `$i++`, and blocks of `ForEach-Object` in the same scope.
                    match element {
                        Element::Expression(expression) => changed(expression, names),
                        Element::Command(command) => {
                            for word in &command.words {
                                if let super::syntax::CommandWord::Argument { value, .. } = word
                                    && let ExpressionKind::Block(block) = &value.kind
                                {
                                    assigned(&block.body, names);
                                }
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

fn targets(target: &Expression, names: &mut HashSet<Box<str>>) {
    match &target.kind {
        ExpressionKind::Variable(name) => {
            names.insert(variable_key(name));
        }
        ExpressionKind::Cast(operand) => targets(operand, names),
        ExpressionKind::List(list) => list.iter().for_each(|target| targets(target, names)),
        ExpressionKind::Member { object, .. } | ExpressionKind::Index { object, .. } => {
            targets(object, names);
        }
        _ => {}
    }
}

fn changed(expression: &Expression, names: &mut HashSet<Box<str>>) {
    match &expression.kind {
        ExpressionKind::Member { object, arguments: Some(_), .. } => targets(object, names),
        ExpressionKind::Unary(operand) => targets(operand, names),
        _ => {}
    }
}
