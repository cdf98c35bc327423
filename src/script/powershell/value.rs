//! The values of expressions.

use super::{
    super::{
        limit::LONGEST_TEXT,
        place::Place,
        value::{Cause, Content, Joiner, Moment, Value},
    },
    evaluate::{Walk, variable_key},
    syntax::{Expression, ExpressionKind, Statement, StringPart},
};

impl Walk<'_> {
    /// The value of an expression; walks through the commands in it.
    pub fn value(&mut self, expression: &Expression) -> Value {
        let place = self.place(expression.span);
        if self.recorder.budget.spent() {
            return Value::unknown(Cause::Limit, "", place);
        }
        match &expression.kind {
            ExpressionKind::Text(text) => Value::text(&**text, place),
            ExpressionKind::Expandable(parts) => self.expandable(parts, place),
            ExpressionKind::Variable(name) => self.variable(name, place),
            ExpressionKind::Sub(statements) | ExpressionKind::Paren(statements) => {
                let value = self.output(statements, place);
                Value {
                    place,
                    via: value.via.or(Some(value.place).filter(|via| *via != place)),
                    ..value
                }
            }
            ExpressionKind::Array(statements) => self.array(statements, place),
            ExpressionKind::Hash(members) => {
                let mut list = Vec::with_capacity(members.len());
                for (name, value) in members {
                    let name = match &name.kind {
                        ExpressionKind::Variable(_) | ExpressionKind::Expandable(_) => {
                            self.value(name)
                        }
                        ExpressionKind::Text(text) => Value::text(&**text, self.place(name.span)),
                        _ => self.value(name),
                    };
                    let span = value.span;
                    let value = self.statement(value).1;
                    let place = self.place(span);
                    list.push((
                        name,
                        value.unwrap_or_else(|| Value::unknown(Cause::NotEvaluated, "", place)),
                    ));
                }
                Value::new(Content::Map(list.into()), place)
            }
            ExpressionKind::Block(_) => {
                Value::unknown(Cause::NotEvaluated, "a block of code", place)
            }
            ExpressionKind::Member { object, name, arguments, is_static } => {
                self.member(object, name, arguments.as_deref(), *is_static, place)
            }
            ExpressionKind::Index { object, index } => {
                let object = self.value(object);
                let index = self.value(index);
                Self::indexed(&object, &index, place)
            }
            ExpressionKind::Unary(operand) => {
                let value = self.value(operand);
                let code = self.excerpt(expression.span);
                match value.content {
                    Content::Bool(value)
                        if code.starts_with('!')
                            || code.to_ascii_lowercase().starts_with("-not") =>
                    {
                        Value::new(Content::Bool(!value), place)
                    }
                    Content::List(_) | Content::Text(_) if code.starts_with(',') => {
                        Value::new(Content::List([value].into()), place)
                    }
                    _ => Value::unknown(Cause::NotEvaluated, &*code, place),
                }
            }
            ExpressionKind::Binary { first, rest } => {
                let mut left = self.value(first);
                for (operator, right) in rest {
                    let right = self.value(right);
                    left = self.binary(operator, &left, &right, expression, place);
                }
                left
            }
            ExpressionKind::Cast(operand) => {
                let value = self.value(operand);
                Value { place, via: value.via.or(Some(value.place)), ..value }
            }
            ExpressionKind::Type(name) => {
                Value::unknown(Cause::NotEvaluated, format!("[{name}]"), place)
            }
            ExpressionKind::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.value(item)).collect();
                Value::new(Content::List(items.into()), place)
            }
            ExpressionKind::Ternary(choices) => {
                let values: Vec<Value> = choices.iter().map(|choice| self.value(choice)).collect();
                match values.as_slice() {
                    [_, yes, no] if yes.same(no) => yes.clone(),
                    _ => Value::unknown(Cause::Conditional, &*self.excerpt(expression.span), place),
                }
            }
            ExpressionKind::Hole => match self.text.hole(expression.span.start) {
                Some(hole) => Value { place, ..hole.value.clone() },
                None => Value::unknown(Cause::PipelineExpression, "", place),
            },
        }
    }

    fn expandable(&mut self, parts: &[StringPart], place: Place) -> Value {
        let mut joiner = Joiner::default();
        for part in parts {
            match part {
                StringPart::Text(text) => joiner.push(text),
                StringPart::Value(expression) => {
                    let value = self.value(expression);
                    joiner.add(&value, " ");
                }
            }
        }
        let value = joiner.finish(place);
        self.bounded(value, place)
    }

    fn variable(&mut self, name: &str, place: Place) -> Value {
        let key = variable_key(name);
        match &*key {
            "true" => return Value::new(Content::Bool(true), place),
            "false" => return Value::new(Content::Bool(false), place),
            "null" => return Value::new(Content::Null, place),
            "_" | "psitem" if self.piped_from.is_some() => {
                return Value::output(self.piped_from, "$_", place);
            }
            _ => {}
        }
        match self.variables.get(&key) {
            Some(value) => value.used_at(place),
            None => Value::unknown(Cause::Environment, name, place),
        }
    }

    /// What statements in parentheses give.
    fn output(&mut self, statements: &[Statement], place: Place) -> Value {
        let before = self.recorder.commands.len();
        let (_, value) = self.run_for_value(statements);
        value.unwrap_or_else(|| {
            let from = self
                .recorder
                .commands
                .get(before..)
                .and_then(|commands| commands.last())
                .map(|last| last.order);
            Value::output(from, "", place)
        })
    }

    /// `@( … )`: known when each statement is one expression.
    fn array(&mut self, statements: &[Statement], place: Place) -> Value {
        let mut items = Vec::new();
        for statement in statements {
            let Some(value) = self.statement(statement).1 else {
                return Value::unknown(Cause::NotEvaluated, "@( … )", place);
            };
            match &value.content {
                Content::List(list) => items.extend(list.iter().cloned()),
                Content::Unknown(unknown) if unknown.from.is_some() && statements.len() == 1 => {
                    return Value { place, ..value };
                }
                _ => items.push(value),
            }
        }
        self.recorder.budget.take(items.len());
        Value::new(Content::List(items.into()), place)
    }

    fn binary(
        &mut self,
        operator: &str,
        left: &Value,
        right: &Value,
        expression: &Expression,
        place: Place,
    ) -> Value {
        match operator {
            "+" => self.plus(left, right, place),
            "f" => match left.as_text().map(str::to_owned) {
                Some(format) => formatted(&format, right, place),
                None => Value::unknown(Cause::NotEvaluated, &*self.excerpt(expression.span), place),
            },
            "join" => {
                let mut joiner = Joiner::default();
                match right.as_text() {
                    Some(separator) if matches!(left.content, Content::List(_)) => {
                        joiner.add(left, separator);
                    }
                    _ => {
                        return Value::unknown(
                            Cause::NotEvaluated,
                            &*self.excerpt(expression.span),
                            place,
                        );
                    }
                }
                joiner.finish(place)
            }
            "??" if matches!(left.content, Content::Text(_)) => left.clone(),
            "is" | "as" => left.clone(),
            _ => Value::unknown(Cause::NotEvaluated, &*self.excerpt(expression.span), place),
        }
    }

    /// `+` for texts, numbers, lists and tables.
    pub fn plus(&mut self, left: &Value, right: &Value, place: Place) -> Value {
        let value = match (&left.content, &right.content) {
            (Content::List(one), Content::List(other)) => {
                self.recorder.budget.take(4 * (one.len() + other.len()));
                Content::List(one.iter().chain(other.iter()).cloned().collect())
            }
            (Content::List(one), Content::Text(_) | Content::Map(_) | Content::Bool(_)) => {
                self.recorder.budget.take(4 * one.len());
                Content::List(one.iter().chain([right]).cloned().collect())
            }
            (Content::Map(one), Content::Map(other)) => {
                self.recorder.budget.take(4 * (one.len() + other.len()));
                Content::Map(one.iter().chain(other.iter()).cloned().collect())
            }
            (Content::Map(_) | Content::List(_), _) => {
                return Value::unknown(Cause::NotEvaluated, "+", place);
            }
            (Content::Text(one), Content::Text(other))
                if one.parse::<f64>().is_ok() && other.parse::<f64>().is_ok() =>
            {
                match (one.parse::<i64>(), other.parse::<i64>()) {
                    (Ok(one), Ok(other)) => match one.checked_add(other) {
                        Some(sum) => Content::Text(sum.to_string().into()),
                        None => return Value::unknown(Cause::NotEvaluated, "+", place),
                    },
                    _ => return Value::unknown(Cause::NotEvaluated, "+", place),
                }
            }
            _ => {
                let mut joiner = Joiner::default();
                joiner.add(left, " ");
                joiner.add(right, " ");
                let value = joiner.finish(place);
                return self.bounded(value, place);
            }
        };
        let value = Value { content: value, place, via: left.via };
        self.bounded(value, place)
    }

    fn indexed(object: &Value, index: &Value, place: Place) -> Value {
        match (&object.content, &index.content) {
            (Content::List(list), Content::Text(text)) => {
                let at = text.parse::<i64>().ok();
                let at = at.and_then(|at| {
                    if at < 0 {
                        list.len().checked_sub(usize::try_from(at.unsigned_abs()).ok()?)
                    } else {
                        usize::try_from(at).ok()
                    }
                });
                match at.and_then(|at| list.get(at)) {
                    Some(value) => value.used_at(place),
                    None => Value::unknown(Cause::NotEvaluated, "an element", place),
                }
            }
            (Content::Map(map), Content::Text(text)) => lookup(map, text, place),
            (Content::Unknown(unknown), _) => {
                derived(unknown, &format!("{}[…]", unknown.detail), place)
            }
            _ => Value::unknown(Cause::NotEvaluated, "an element", place),
        }
    }

    pub fn bounded(&mut self, value: Value, place: Place) -> Value {
        let length = match &value.content {
            Content::Text(text) => text.len(),
            Content::List(list) => list.len() * 16,
            Content::Map(map) => map.len() * 32,
            _ => 0,
        };
        self.recorder.budget.take(length / 8);
        if length > LONGEST_TEXT { Value::unknown(Cause::Limit, "too long", place) } else { value }
    }
}

/// The last member of this name: later ones overwrite.
pub(super) fn lookup(map: &[(Value, Value)], name: &str, place: Place) -> Value {
    if map.iter().any(|(key, _)| key.as_text().is_none()) {
        return Value::unknown(Cause::NotEvaluated, name, place);
    }
    let found = map
        .iter()
        .rev()
        .find(|(key, _)| key.as_text().is_some_and(|key| key.eq_ignore_ascii_case(name)));
    match found {
        Some((_, value)) => value.used_at(place),
        None => Value::new(Content::Null, place),
    }
}

/// A part of something unknown.
pub(super) fn derived(unknown: &super::super::value::Unknown, detail: &str, place: Place) -> Value {
    match unknown.from {
        Some(_) => Value::output(unknown.from, detail, place),
        None => Value::unknown(unknown.cause, detail, place),
    }
}

/// `'{0}-{1}' -f $a, $b`.
fn formatted(format: &str, values: &Value, place: Place) -> Value {
    let list: Vec<Value> = match &values.content {
        Content::List(list) => list.to_vec(),
        _ => vec![values.clone()],
    };
    let mut joiner = Joiner::default();
    let mut rest = format;
    while let Some((front, back)) = rest.split_once('{') {
        joiner.push(front);
        if let Some(back) = back.strip_prefix('{') {
            joiner.push("{");
            rest = back;
            continue;
        }
        let Some((inside, after)) = back.split_once('}') else { break };
        let index =
            inside.split([':', ',']).next().and_then(|index| index.trim().parse::<usize>().ok());
        match index.and_then(|index| list.get(index)).filter(|_| !inside.contains([':', ','])) {
            Some(value) => joiner.add(value, " "),
            None => joiner.add(&Value::unknown(Cause::NotEvaluated, inside, place), " "),
        }
        rest = after;
    }
    joiner.push(&rest.replace("}}", "}"));
    joiner.finish(place)
}

/// Now, if the words ask for nothing else.
pub(super) const NOW: Moment = Moment { seconds: 0, utc: false };
