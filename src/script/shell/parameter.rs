//! The values of `$name` and `${name…}`.

use std::sync::Arc;

use super::{
    super::{
        place::Place,
        value::{Cause, Content, Value},
    },
    Arguments,
    evaluate::Shell,
    syntax::Variable,
};

impl Shell<'_> {
    /// The value of `$name` and `${name…}`.
    pub fn variable(&mut self, variable: &Variable) -> Value {
        let place = self.place(variable.span);
        let name = self.slice(variable.name).to_owned();
        let operator = self.slice(variable.operator).to_owned();
        if variable.length || variable.indirect {
            return Value::unknown(Cause::NotEvaluated, self.slice(variable.span), place);
        }
        let plain = match variable.index {
            Some(index) => self.element(&name, self.slice(index), place),
            None => self.plain(&name, place),
        };
        if operator.is_empty() && variable.argument.is_empty() {
            return plain.used_at(place);
        }
        let argument = self.joined(&variable.argument, place);
        let known = plain.as_text().map(str::to_owned);
        match (operator.as_str(), known) {
            (":-" | ":=" | "-" | "=", Some(text))
                if text.is_empty() && operator.starts_with(':') =>
            {
                argument
            }
            (":-" | ":=" | "-" | "=", Some(_)) | (":?" | "?", _) => plain.used_at(place),
            (":-" | "-" | ":=" | "=", None) if !matches!(plain.content, Content::Unknown(_)) => {
                plain.used_at(place)
            }
            (":+" | "+", Some(text)) => {
                if text.is_empty() && operator == ":+" {
                    Value::text("", place)
                } else {
                    argument
                }
            }
            ("^^", Some(text)) if variable.argument.is_empty() => {
                Value::text(text.to_uppercase(), place)
            }
            (",,", Some(text)) if variable.argument.is_empty() => {
                Value::text(text.to_lowercase(), place)
            }
            ("#" | "##" | "%" | "%%", Some(text)) => match argument.as_text() {
                Some(pattern) if !pattern.contains(['*', '?', '[']) => {
                    let cut = if operator.starts_with('#') {
                        text.strip_prefix(pattern)
                    } else {
                        text.strip_suffix(pattern)
                    };
                    Value::text(cut.unwrap_or(&text), place)
                }
                _ => Value::unknown(Cause::NotEvaluated, self.slice(variable.span), place),
            },
            _ => match plain.as_unknown() {
                Some(unknown) => Value::unknown(unknown.cause, self.slice(variable.span), place),
                None => Value::unknown(Cause::NotEvaluated, self.slice(variable.span), place),
            },
        }
    }

    pub fn plain(&self, name: &str, place: Place) -> Value {
        if let Ok(number) = name.parse::<usize>() {
            return match &self.arguments {
                Arguments::Known(values) if number > 0 => {
                    let certain = !values
                        .iter()
                        .take(number)
                        .any(|value| value.as_unknown().is_some() && is_several(value));
                    match values.get(number - 1) {
                        Some(value) if certain => value.used_at(place),
                        None if certain => Value::text("", place),
                        _ => Value::unknown(Cause::Parameter, format!("${name}"), place),
                    }
                }
                _ => Value::unknown(Cause::Parameter, format!("${name}"), place),
            };
        }
        match name {
            "@" | "*" => match &self.arguments {
                Arguments::Known(values) => {
                    Value::new(Content::List(values.as_slice().into()), place)
                }
                Arguments::Unknown => Value::unknown(Cause::Parameter, format!("${name}"), place),
            },
            "#" | "?" | "$" | "!" | "-" => {
                Value::unknown(Cause::NotEvaluated, format!("${name}"), place)
            }
            _ => match self.variables.get(name) {
                Some(Value { content: Content::List(list), .. }) => match list.first() {
                    Some(first) => first.used_at(place),
                    None => Value::text("", place),
                },
                Some(value) => value,
                None => Value::unknown(Cause::Environment, name, place),
            },
        }
    }

    pub fn element(&self, name: &str, index: &str, place: Place) -> Value {
        let Some(value) = self.variables.get(name) else {
            return Value::unknown(Cause::Environment, name, place);
        };
        match (&value.content, index) {
            (Content::List(_) | Content::Unknown(_), "@" | "*") | (Content::Text(_), "0") => value,
            (_, "@" | "*") => Value::new(Content::List(Arc::new([value])), place),
            (Content::List(list), index) => match index.parse::<usize>() {
                Ok(index) => list.get(index).cloned().unwrap_or_else(|| Value::text("", place)),
                Err(_) => Value::unknown(Cause::NotEvaluated, format!("{name}[{index}]"), place),
            },
            _ => Value::unknown(Cause::NotEvaluated, format!("{name}[{index}]"), place),
        }
    }
}

/// Whether an argument of a function may stand for more than one.
fn is_several(value: &Value) -> bool {
    value
        .as_unknown()
        .is_some_and(|unknown| unknown.pieces.is_empty() && unknown.cause == Cause::Parameter)
}
