//! Properties and methods: of tables, of dates, of the output of commands.

use super::{
    super::{
        place::Place,
        value::{Cause, Content, Moment, Value},
    },
    evaluate::Walk,
    syntax::{Expression, ExpressionKind},
    value::{NOW, derived, lookup},
};

impl Walk<'_> {
    /// `object.name`, `object.name( … )`, `[type]::name`.
    pub fn member(
        &mut self,
        object: &Expression,
        name: &str,
        arguments: Option<&[Expression]>,
        is_static: bool,
        place: Place,
    ) -> Value {
        if is_static {
            let values: Vec<Value> =
                arguments.unwrap_or_default().iter().map(|argument| self.value(argument)).collect();
            return self.static_member(object, name, &values, place);
        }
        // The blocks of `.ForEach({ … })` and the like run.
        for argument in arguments.unwrap_or_default() {
            if let ExpressionKind::Block(block) = &argument.kind {
                self.run_block(block, argument.span, "ForEach");
            }
        }
        let value = self.value(object);
        let Some(arguments) = arguments else { return property(&value, name, place) };
        let arguments: Vec<Value> = arguments.iter().map(|argument| self.value(argument)).collect();
        if let Some(called) = self.method_on_table(object, &value, name, &arguments) {
            return called;
        }
        if name.eq_ignore_ascii_case("invoke") || name.eq_ignore_ascii_case("invokereturnasis") {
            self.run_variable(object);
        }
        method(&value, name, &arguments, place)
    }

    fn static_member(
        &mut self,
        object: &Expression,
        name: &str,
        arguments: &[Value],
        place: Place,
    ) -> Value {
        let ExpressionKind::Type(of) = &object.kind else {
            self.value(object);
            return Value::unknown(Cause::NotEvaluated, name, place);
        };
        let of = of.to_ascii_lowercase();
        let date = matches!(
            of.as_str(),
            "datetime" | "system.datetime" | "datetimeoffset" | "system.datetimeoffset"
        );
        match name.to_ascii_lowercase().as_str() {
            "now" | "today" if date => Value::new(Content::Moment(NOW), place),
            "utcnow" if date => Value::new(Content::Moment(Moment { utc: true, ..NOW }), place),
            "parse" | "parseexact"
                if date && arguments.first().is_some_and(|it| it.as_text().is_some()) =>
            {
                arguments.first().map_or_else(
                    || Value::unknown(Cause::NotEvaluated, name, place),
                    |it| it.used_at(place),
                )
            }
            _ => Value::unknown(Cause::NotEvaluated, format!("[{of}]::{name}"), place),
        }
    }

    /// `$table.Add('name', value)`, `$list.Add(value)`: they change the variable.
    fn method_on_table(
        &mut self,
        object: &Expression,
        value: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Option<Value> {
        let name = name.to_ascii_lowercase();
        match (&value.content, name.as_str(), arguments) {
            (Content::Map(_), "add" | "set_item", [key, added]) => {
                self.store_member(object, key, added.clone());
            }
            (Content::Map(map), "remove", [key]) => {
                let ExpressionKind::Variable(variable) = &object.kind else { return None };
                let key = key.as_text()?.to_lowercase();
                let kept: Vec<_> = map
                    .iter()
                    .filter(|(name, _)| {
                        name.as_text().is_none_or(|name| name.to_lowercase() != key)
                    })
                    .cloned()
                    .collect();
                self.variables.set(
                    &super::evaluate::variable_key(variable),
                    Value { content: Content::Map(kept.into()), ..value.clone() },
                );
            }
            (Content::List(_), "add", [added]) => {
                let ExpressionKind::Variable(variable) = &object.kind else { return None };
                let one = Value::new(Content::List([added.clone()].into()), added.place);
                let sum = self.plus(value, &one, value.place);
                self.variables.set(&super::evaluate::variable_key(variable), sum);
            }
            (Content::Map(_) | Content::List(_), "clear" | "remove" | "insert" | "addrange", _) => {
                let ExpressionKind::Variable(variable) = &object.kind else { return None };
                self.variables.set(
                    &super::evaluate::variable_key(variable),
                    Value::unknown(Cause::NotEvaluated, &**variable, value.place),
                );
            }
            _ => return None,
        }
        Some(Value::new(Content::Null, value.place))
    }
}

fn property(value: &Value, name: &str, place: Place) -> Value {
    match &value.content {
        Content::Map(map) => lookup(map, name, place),
        Content::Unknown(unknown) => derived(unknown, &format!("{}.{name}", unknown.detail), place),
        Content::Moment(moment)
            if matches!(name.to_ascii_lowercase().as_str(), "date" | "datetime") =>
        {
            Value { content: Content::Moment(*moment), place, via: value.via }
        }
        _ => Value::unknown(Cause::NotEvaluated, format!(".{name}"), place),
    }
}

fn method(value: &Value, name: &str, arguments: &[Value], place: Place) -> Value {
    let name = name.to_ascii_lowercase();
    match &value.content {
        Content::Moment(moment) => {
            let changed = match name.as_str() {
                "touniversaltime" => Some(Moment { utc: true, ..*moment }),
                "tolocaltime" => Some(Moment { utc: false, ..*moment }),
                "tostring" | "toshortdatestring" | "tolongdatestring" => Some(*moment),
                _ => added(moment, &name, arguments),
            };
            match changed {
                Some(moment) => Value { content: Content::Moment(moment), place, via: value.via },
                None => Value::unknown(Cause::NotEvaluated, name, place),
            }
        }
        Content::Text(text) if arguments.is_empty() => match name.as_str() {
            "tolower" | "tolowerinvariant" => Value::text(text.to_lowercase(), place),
            "toupper" | "toupperinvariant" => Value::text(text.to_uppercase(), place),
            "trim" => Value::text(text.trim(), place),
            "tostring" => value.used_at(place),
            _ => Value::unknown(Cause::NotEvaluated, name, place),
        },
        Content::Text(text) if name == "replace" => match arguments {
            [old, new] => match (old.as_text(), new.as_text()) {
                (Some(old), Some(new))
                    if !old.is_empty() && text.len() < 10_000 && new.len() < 1000 =>
                {
                    Value::text(text.replace(old, new), place)
                }
                _ => Value::unknown(Cause::NotEvaluated, name, place),
            },
            _ => Value::unknown(Cause::NotEvaluated, name, place),
        },
        Content::Unknown(unknown) => {
            derived(unknown, &format!("{}.{name}()", unknown.detail), place)
        }
        _ => Value::unknown(Cause::NotEvaluated, name, place),
    }
}

/// `AddDays(30)`. A month counts 30 days, a year 365.
fn added(moment: &Moment, name: &str, arguments: &[Value]) -> Option<Moment> {
    let unit = match name {
        "adddays" => 86_400.0,
        "addhours" => 3_600.0,
        "addminutes" => 60.0,
        "addseconds" => 1.0,
        "addmonths" => 30.0 * 86_400.0,
        "addyears" => 365.0 * 86_400.0,
        _ => return None,
    };
    let [only] = arguments else { return None };
    let count: f64 = only.as_text()?.parse().ok()?;
    if count.abs() > 1.0e6 {
        return None;
    }
    // Bounded above: 1e6 years fit.
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the check before")]
    let seconds = (count * unit) as i64;
    Some(Moment { seconds: moment.seconds.checked_add(seconds)?, utc: moment.utc })
}
