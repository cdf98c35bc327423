//! Assignments: to variables, to members of tables, to elements of lists.

use super::evaluate::{Code, Definition, Walk, variable_key};
use std::rc::Rc;

use super::{
    super::{
        place::Place,
        value::{Cause, Content, Value},
    },
    syntax::{
        Element, Expression, ExpressionKind, Operator, ScriptBlock, Statement, StatementKind,
    },
};

impl Walk<'_> {
    pub fn assign(&mut self, target: &Expression, operator: Operator, value: &Statement) {
        let before = self.recorder.commands.len();
        let place = self.place(target.span);
        if let (ExpressionKind::Variable(name), Some(block)) = (&target.kind, block_of(value)) {
            let name: Box<str> = variable_key(name);
            let definition = Definition {
                text: Rc::clone(&self.text),
                code: Code::Block(Rc::clone(block)),
                name: format!("${name}").into(),
                name_span: target.span,
                order: self.functions.len() + self.blocks.len(),
            };
            self.blocks.insert(name, definition);
            return;
        }
        let (_, mut output) = self.statement(value);
        if let StatementKind::Assign { target, .. } = &value.kind {
            output = Some(self.value(target));
        }
        let mut value = output.unwrap_or_else(|| {
            let from = self
                .recorder
                .commands
                .get(before..)
                .and_then(|commands| commands.last())
                .map(|last| last.order);
            Value::output(from, "", place)
        });
        let from = value
            .as_unknown()
            .filter(|unknown| unknown.cause == Cause::CommandOutput)
            .and_then(|unknown| unknown.from);
        if let (Some(order), ExpressionKind::Variable(name)) = (from, &target.kind)
            && order as usize >= before
            && let Some(command) = self.recorder.commands.get_mut(order as usize)
        {
            command.captured = Some((&**name).into());
        }
        match operator {
            Operator::Set => {}
            Operator::Add => {
                let old = self.value(target);
                value = self.plus(&old, &value, place);
            }
            Operator::Other => {
                value =
                    Value::unknown(Cause::NotEvaluated, self.excerpt(target.span).as_ref(), place);
            }
        }
        self.store(target, value, place);
    }

    pub fn store(&mut self, target: &Expression, value: Value, place: Place) {
        match &target.kind {
            ExpressionKind::Variable(name) => {
                let value = self.bounded(value, place);
                self.variables.set(&variable_key(name), value);
            }
            ExpressionKind::Cast(operand) => self.store(operand, value, place),
            ExpressionKind::List(targets) => {
                for (index, target) in targets.iter().enumerate() {
                    let part = match &value.content {
                        Content::List(list) => list.get(index).cloned(),
                        Content::Unknown(_) => Some(value.clone()),
                        _ => None,
                    };
                    self.store(
                        target,
                        part.unwrap_or_else(|| Value::unknown(Cause::NotEvaluated, "", place)),
                        place,
                    );
                }
            }
            ExpressionKind::Member { object, name, arguments: None, .. } => {
                let key = Value::text(&**name, place);
                self.store_member(object, &key, value);
            }
            ExpressionKind::Index { object, index } => {
                let key = self.value(index);
                self.store_member(object, &key, value);
            }
            _ => {}
        }
    }

    /// `$table.name = value`.
    pub fn store_member(&mut self, object: &Expression, key: &Value, value: Value) {
        let ExpressionKind::Variable(name) = &object.kind else { return };
        let variable = variable_key(name);
        let Some(table) = self.variables.get(&variable) else { return };
        let place = table.place;
        let changed = match (&table.content, key.as_text()) {
            (Content::Map(map), Some(key_text)) => {
                self.recorder.budget.take(16 * map.len());
                let mut members: Vec<(Value, Value)> = map
                    .iter()
                    .filter(|(name, _)| {
                        !name.as_text().is_some_and(|name| name.eq_ignore_ascii_case(key_text))
                    })
                    .cloned()
                    .collect();
                members.push((key.clone(), value));
                Value::new(Content::Map(members.into()), place)
            }
            (Content::Map(_) | Content::List(_), _) => {
                Value::unknown(Cause::NotEvaluated, &*variable, place)
            }
            _ => return,
        };
        self.variables.set(&variable, changed);
    }
}

/// `{ … }` as the whole right side of an assignment.
fn block_of(value: &Statement) -> Option<&Rc<ScriptBlock>> {
    let StatementKind::Chain { pipelines, .. } = &value.kind else { return None };
    match pipelines.as_slice() {
        [(_, elements)] => match elements.as_slice() {
            [Element::Expression(Expression { kind: ExpressionKind::Block(block), .. })] => {
                Some(block)
            }
            _ => None,
        },
        _ => None,
    }
}
