//! Rows `[[fix]]` of `rule.toml`: which single attribute of code repairs a finding, and how it is written.
//!
//! A row knows ARM properties only; whoever reads a language translates it to that one.

use serde::Deserialize;
use serde_json::{Number, Value};

use super::{Metadata, Parameters};
use crate::finding::Remedy;
use crate::inventory::{Kind, Property};

/// How a finding at one property of one type is repaired in code.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Row")]
pub struct Fix {
    /// The ARM type that carries the property.
    pub r#type: String,
    /// The property, elements as `[]`: that of the finding, or one below it.
    pub path: String,
    /// What is written there.
    pub change: Change,
    /// Whether it can be taken back at once, costs nothing, destroys nothing, and stops neither a backup nor a
    /// restore.
    pub safe: bool,
    /// What must have been observed; an object must have at least these members.
    pub when: Option<Value>,
}

/// What a fix does to its property.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Sets it to this value.
    Value(Value),
    /// Sets it to what a parameter of the rule demands: the number, or the first of a list.
    Parameter {
        /// The parameter.
        name: String,
        /// The text in which the number stands, in the place of `{}`.
        text: Option<String>,
        /// No fix where the parameter demands more.
        at_most: Option<f64>,
        /// How many of what the parameter counts make one of what the property counts: 7 days a week. Rounded up.
        of_each: Option<f64>,
    },
    /// Takes an element out of its list.
    Remove,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Row {
    r#type: String,
    path: String,
    safe: bool,
    when: Option<toml::Value>,
    value: Option<toml::Value>,
    parameter: Option<String>,
    text: Option<String>,
    at_most: Option<f64>,
    of_each: Option<f64>,
    #[serde(default)]
    remove: bool,
}

impl TryFrom<Row> for Fix {
    type Error = String;

    fn try_from(row: Row) -> Result<Self, Self::Error> {
        let json =
            |value: toml::Value| serde_json::to_value(value).map_err(|error| error.to_string());
        let is_written = row.text.is_some() || row.at_most.is_some() || row.of_each.is_some();
        if row.parameter.is_none() && is_written {
            return Err("`text`, `at-most` and `of-each` say how a `parameter` is written, and there is none"
                .to_owned());
        }
        if row.of_each.is_some_and(|of_each| of_each < 1.0) {
            return Err("`of-each` must be 1 or more".to_owned());
        }
        if row.text.as_deref().is_some_and(|text| text.matches("{}").count() != 1) {
            return Err(
                "`text` must have `{}` once, where the number of the parameter goes".to_owned()
            );
        }
        let change = match (row.value, row.parameter, row.remove) {
            (Some(value), None, false) => Change::Value(json(value)?),
            (None, Some(name), false) => {
                let Row { text, at_most, of_each, .. } = row;
                Change::Parameter { name, text, at_most, of_each }
            }
            (None, None, true) if row.path.ends_with("[]") => Change::Remove,
            (None, None, true) => {
                return Err(format!(
                    "`remove` takes out an element, and `{}` is none: end the path with `[]`",
                    row.path
                ));
            }
            _ => return Err("a fix has one of `value`, `parameter` and `remove = true`".to_owned()),
        };
        if row.path.split('.').any(|step| step.trim_end_matches("[]").is_empty()) {
            return Err(format!("`{}` is no path of a property", row.path));
        }
        Ok(Self {
            r#type: row.r#type,
            path: row.path,
            change,
            safe: row.safe,
            when: row.when.map(json).transpose()?,
        })
    }
}

impl Fix {
    /// What breaks the contract between this row and the rest of its rule.
    pub(super) fn problem(&self, rule: &Metadata) -> Option<String> {
        let named = format!("the fix of `{}`", self.path);
        let is_of_type = |name: &str| name.eq_ignore_ascii_case(&self.r#type);
        let plain = |path: &str| path.replace("[]", "");
        let own = plain(&self.path);
        let is_near = |path: &str| {
            let path = plain(path);
            path.is_empty() || is_below(&own, &path) || is_below(&path, &own)
        };
        if !rule.facts.iter().any(|fact| is_of_type(&fact.r#type) && is_near(&fact.path)) {
            return Some(format!("{named} of a {} concerns no fact of the rule", self.r#type));
        }
        match &self.change {
            Change::Value(value) => self
                .refused(value)
                .map(|text| format!("{named} sets `{text}`, which is none of its values")),
            Change::Parameter { name, text, .. } => match rule.parameters.get(name) {
                None => {
                    Some(format!("{named} takes parameter `{name}`, which the rule does not have"))
                }
                Some(parameter) => {
                    let is_number = parameter.default.is_integer() || parameter.default.is_float();
                    let is_list = parameter.default.is_array() && text.is_none();
                    (!is_number && !is_list).then(|| {
                        format!(
                            "{named} takes parameter `{name}`, which is neither a number nor a list"
                        )
                    })
                }
            },
            Change::Remove => None,
        }
    }

    fn refused<'v>(&self, value: &'v Value) -> Option<&'v str> {
        let text = value.as_str()?;
        let property = Property::of(Kind::of_type(&self.r#type), &self.path)?;
        let known = property.values;
        (!known.is_empty() && !known.contains(&text)).then_some(text)
    }

    /// What it does to a finding at a path of a resource, if it speaks of it.
    fn remedy(&self, at: &Place<'_>, parameters: &Parameters) -> Option<Remedy> {
        if !self.r#type.eq_ignore_ascii_case(at.kind) {
            return None;
        }
        let rest = below(&self.path, at.path)?;
        if self.when.as_ref().is_some_and(|wanted| !shows(at.observed, wanted)) {
            return None;
        }
        let value = match &self.change {
            Change::Value(value) => Some(value.clone()),
            Change::Parameter { name, .. } => {
                Some(self.change.demanded(parameters.as_map().get(name)?)?)
            }
            Change::Remove => None,
        };
        let path = format!("{}{rest}", at.path);
        Some(Remedy {
            resource: at.resource.to_owned(),
            kind: at.kind.to_owned(),
            path,
            value,
            safe: self.safe,
            edits: Vec::new(),
        })
    }
}

impl Change {
    /// What is written where a parameter demands this.
    pub fn demanded(&self, parameter: &Value) -> Option<Value> {
        let Self::Parameter { text, at_most, of_each, .. } = self else { return None };
        let number = match parameter {
            Value::Array(list) => return list.first().cloned(),
            Value::Number(number) => number,
            _ => return None,
        };
        let asked = number.as_f64()?;
        if at_most.is_some_and(|most| asked > most) {
            return None;
        }
        let number = match of_each {
            Some(of_each) => whole((asked / of_each).ceil())?.into(),
            None => Number::clone(number),
        };
        Some(text.as_ref().map_or_else(
            || Value::Number(number.clone()),
            |text| text.replace("{}", &number.to_string()).into(),
        ))
    }
}

/// A number that was rounded up.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(number: f64) -> Option<i64> {
    (0.0..1e9).contains(&number).then_some(number as i64)
}

/// Where a finding stands, and what it found there.
#[derive(Clone, Copy, Debug)]
pub struct Place<'f> {
    /// The resource in whose body it stands.
    pub resource: &'f str,
    /// Its ARM type.
    pub kind: &'f str,
    /// The property, with the numbers of elements.
    pub path: &'f str,
    /// What was read there.
    pub observed: &'f Value,
}

/// What repairs a finding: the first row that speaks of it.
pub fn remedy(rule: &Metadata, parameters: &Parameters, at: &Place<'_>) -> Option<Remedy> {
    rule.fixes.iter().find_map(|fix| fix.remedy(at, parameters))
}

/// What the path of a row adds to that of a finding, if it is the same or lies below.
fn below<'p>(pattern: &'p str, path: &str) -> Option<&'p str> {
    let rest = without_numbers(path, pattern)?;
    (rest.is_empty() || rest.starts_with('.')).then_some(rest)
}

fn is_below(pattern: &str, path: &str) -> bool {
    below(pattern, path).is_some()
}

/// Takes a path with the numbers of elements off the front of one with `[]`.
fn without_numbers<'p>(path: &str, pattern: &'p str) -> Option<&'p str> {
    let mut parts = path.split('[');
    let mut rest = pattern.strip_prefix(parts.next()?)?;
    for part in parts {
        let (number, name) = part.split_once(']')?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        rest = rest.strip_prefix("[]")?.strip_prefix(name)?;
    }
    Some(rest)
}

/// Whether what was observed has all that is wanted. Texts are compared without case, as ARM does.
fn shows(observed: &Value, wanted: &Value) -> bool {
    match (observed, wanted) {
        (Value::Object(observed), Value::Object(wanted)) => wanted
            .iter()
            .all(|(name, wanted)| observed.get(name).is_some_and(|value| shows(value, wanted))),
        (Value::String(observed), Value::String(wanted)) => observed.eq_ignore_ascii_case(wanted),
        (observed, wanted) => observed == wanted,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Fix, Place, below, shows};
    use crate::rule::Parameters;

    fn fix(row: &str) -> Result<Fix, String> {
        toml::from_str(&format!("type = \"A.B/c\"\nsafe = true\n{row}"))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn paths_of_elements() {
        assert_eq!(below("a.b", "a.b"), Some(""));
        assert_eq!(below("a.b.c", "a.b"), Some(".c"));
        assert_eq!(below("a.list[].b[].c", "a.list[3].b[12]"), Some(".c"));
        assert_eq!(below("a.list[]", "a.list[0]"), Some(""));
        for (pattern, path) in [
            ("a.b", "a.bc"),
            ("a.bc", "a.b"),
            ("a[].b", "a.b"),
            ("a.b", "a[0].b"),
            ("a", "a.b"),
            ("a[]", "a[x]"),
        ] {
            assert_eq!(below(pattern, path), None, "{pattern} {path}");
        }
    }

    #[test]
    fn rows_without_sense_are_refused_with_their_place() {
        for (row, message) in [
            ("path = \"a\"", "one of"),
            ("path = \"a\"\nvalue = 1\nremove = true", "one of"),
            ("path = \"a\"\nremove = true", "end the path"),
            ("path = \"a..b\"\nvalue = 1", "no path"),
            ("path = \"a\"\nvalue = 1\nat-most = 3", "there is none"),
            ("path = \"a\"\nparameter = \"p\"\nof-each = 0", "1 or more"),
            ("path = \"a\"\nparameter = \"p\"\ntext = \"PD\"", "once"),
            ("path = \"a\"\nvalue = 1\nvalu = 1", "unknown field"),
        ] {
            let error = fix(row).expect_err(row);
            assert!(error.contains(message), "{row}: {error}");
        }
    }

    #[test]
    fn values_come_from_the_row_or_from_a_parameter() {
        let mut parameters = Parameters::default();
        parameters.set("days", json!(30));
        parameters.set("allowed", json!(["GeoRedundant", "ZoneRedundant"]));
        let value = |row: &str, observed: Value| {
            let place = Place { resource: "/r", kind: "a.b/C", path: "p[1]", observed: &observed };
            let remedy = fix(row).expect("valid").remedy(&place, &parameters)?;
            Some((remedy.path, remedy.value))
        };
        let at = |path: &str, value: Value| Some((path.to_owned(), Some(value)));
        assert_eq!(value("path = \"p[]\"\nvalue = []", json!(1)), at("p[1]", json!([])));
        assert_eq!(
            value("path = \"p[].q\"\nparameter = \"days\"", json!(1)),
            at("p[1].q", json!(30))
        );
        assert_eq!(
            value("path = \"p[]\"\nparameter = \"days\"\ntext = \"P{}D\"", json!(1)),
            at("p[1]", json!("P30D"))
        );
        assert_eq!(
            value("path = \"p[]\"\nparameter = \"allowed\"", json!(1)),
            at("p[1]", json!("GeoRedundant"))
        );
        assert_eq!(value("path = \"p[]\"\nparameter = \"days\"\nat-most = 5", json!(1)), None);
        assert_eq!(
            value("path = \"p[]\"\nparameter = \"days\"\nof-each = 7", json!(1)),
            at("p[1]", json!(5))
        );
        assert_eq!(
            value("path = \"p[]\"\nremove = true", json!(1)),
            Some(("p[1]".to_owned(), None))
        );
        let when = "path = \"p[]\"\nvalue = 1\nwhen = { unit = \"Days\" }";
        assert_eq!(value(when, json!({ "unit": "days", "count": 3 })), at("p[1]", json!(1)));
        assert_eq!(value(when, json!({ "unit": "Weeks" })), None);
        assert!(!shows(&json!("x"), &json!(1)));
    }
}
