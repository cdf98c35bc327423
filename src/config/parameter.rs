//! Parameters of rules: checked against what `rule.toml` declares, kept as JSON for rules in Rego.

use serde_json::Value as Json;
use toml::de::DeValue;

use super::error::Problems;
use super::nearest::listed;
use super::reader::{Value, integer_of, number_of, wrong_type};
use crate::rule::Parameter;

/// A configured value in the type of the default; `None` after noting what is wrong.
pub(super) fn check(
    problems: &mut Problems,
    name: &str,
    value: Value<'_>,
    parameter: &Parameter,
) -> Option<Json> {
    value_like(problems, name, value, &parameter.default, parameter)
}

#[expect(clippy::cast_precision_loss, reason = "bounds are small")]
fn value_like(
    problems: &mut Problems,
    name: &str,
    value: Value<'_>,
    like: &toml::Value,
    parameter: &Parameter,
) -> Option<Json> {
    let found = match (like, value.get_ref()) {
        (toml::Value::Integer(_), found) => {
            integer_of(found).filter(|number| in_bounds(*number as f64, parameter)).map(Json::from)
        }
        (toml::Value::Float(_), found) => {
            number_of(found).filter(|number| in_bounds(*number, parameter)).and_then(float)
        }
        (toml::Value::Boolean(_), DeValue::Boolean(found)) => Some(Json::Bool(*found)),
        (toml::Value::String(_), DeValue::String(found)) => {
            is_allowed(found, parameter).then(|| Json::from(&**found))
        }
        (toml::Value::Datetime(_), DeValue::Datetime(found)) => {
            Some(Json::String(found.to_string()))
        }
        (toml::Value::Array(default), DeValue::Array(found)) => {
            let text = toml::Value::String(String::new());
            let like = default.first().unwrap_or(&text);
            let items: Vec<Option<Json>> = found
                .iter()
                .map(|item| value_like(problems, name, item, like, parameter))
                .collect();
            return items.into_iter().collect::<Option<Vec<Json>>>().map(Json::Array);
        }
        (toml::Value::Table(_), found @ DeValue::Table(_)) => Some(json_of_read(found)),
        _ => None,
    };
    if found.is_none() {
        refuse(problems, name, value, like, parameter);
    }
    found
}

fn refuse(
    problems: &mut Problems,
    name: &str,
    value: Value<'_>,
    like: &toml::Value,
    parameter: &Parameter,
) {
    let expected = expected(like, parameter);
    let help = format!(
        "{}; without the key it is {}",
        sentence(&parameter.description),
        shown(&parameter.default)
    );
    let same_type = match (like, value.get_ref()) {
        (toml::Value::Integer(_), found) => integer_of(found).is_some(),
        (toml::Value::Float(_), found) => number_of(found).is_some(),
        (toml::Value::String(_), DeValue::String(_)) => true,
        _ => false,
    };
    if same_type {
        let message = format!("`{name}` is not {expected}");
        problems.value(value.span(), message, format!("must be {expected}"), help);
    } else {
        wrong_type(problems, name, value, &expected, &help);
    }
}

/// What a parameter takes, in words: `a whole number from 14 to 180`.
pub(super) fn expected(like: &toml::Value, parameter: &Parameter) -> String {
    let bounds = match (parameter.minimum, parameter.maximum) {
        (Some(minimum), Some(maximum)) => format!(" from {minimum} to {maximum}"),
        (Some(minimum), None) => format!(" of at least {minimum}"),
        (None, Some(maximum)) => format!(" of at most {maximum}"),
        (None, None) => String::new(),
    };
    match like {
        toml::Value::Integer(_) => format!("a whole number{bounds}"),
        toml::Value::Float(_) => format!("a number{bounds}"),
        toml::Value::Boolean(_) => "true or false".to_owned(),
        toml::Value::Datetime(_) => "a date".to_owned(),
        toml::Value::Array(list) if list.first().is_some_and(|item| !item.is_str()) => {
            format!("a list{bounds}")
        }
        toml::Value::Array(_) => "a list of strings".to_owned(),
        toml::Value::Table(_) => "a table".to_owned(),
        toml::Value::String(_) => match &parameter.values {
            Some(values) => format!("one of {}", listed(values.iter().map(String::as_str))),
            None => "a string".to_owned(),
        },
    }
}

/// A value as TOML writes it on one line.
pub(super) fn shown(value: &toml::Value) -> String {
    value.to_string()
}

/// A default as JSON.
pub(super) fn json_of(value: &toml::Value) -> Json {
    match value {
        toml::Value::String(text) => Json::from(text.as_str()),
        toml::Value::Integer(number) => Json::from(*number),
        toml::Value::Float(number) => Json::from(*number),
        toml::Value::Boolean(flag) => Json::from(*flag),
        toml::Value::Datetime(date) => Json::String(date.to_string()),
        toml::Value::Array(list) => list.iter().map(json_of).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(key, value)| (key.clone(), json_of(value))).collect()
        }
    }
}

fn json_of_read(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::from(&**text),
        DeValue::Integer(_) => integer_of(value).map_or(Json::Null, Json::from),
        DeValue::Float(_) => number_of(value).map_or(Json::Null, Json::from),
        DeValue::Boolean(flag) => Json::from(*flag),
        DeValue::Datetime(date) => Json::String(date.to_string()),
        DeValue::Array(list) => list.iter().map(|item| json_of_read(item.get_ref())).collect(),
        DeValue::Table(table) => table
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), json_of_read(value.get_ref())))
            .collect(),
    }
}

fn in_bounds(number: f64, parameter: &Parameter) -> bool {
    parameter.minimum.is_none_or(|minimum| number >= minimum)
        && parameter.maximum.is_none_or(|maximum| number <= maximum)
}

fn is_allowed(text: &str, parameter: &Parameter) -> bool {
    parameter.values.as_ref().is_none_or(|values| values.iter().any(|value| value == text))
}

/// JSON has no infinity and no NaN.
fn float(number: f64) -> Option<Json> {
    serde_json::Number::from_f64(number).map(Json::Number)
}

fn sentence(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}
