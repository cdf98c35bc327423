//! Reads one table of the file, key by key. Whatever is wrong is noted with its place and reading
//! goes on, so that one run reports everything; what nobody asked for is an unknown key.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Problems;
use super::nearest::{listed, nearest};
use super::pattern::Pattern;

pub(super) type Value<'t> = &'t Spanned<DeValue<'t>>;

/// A text with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub text: String,
    pub at: Range<usize>,
}

/// A table being read.
#[derive(Debug)]
pub(super) struct Fields<'t> {
    table: &'t DeTable<'t>,
    /// Its name in messages: `[staging]`, `the top level`.
    place: String,
    at: Range<usize>,
    asked: Vec<&'t str>,
}

impl<'t> Fields<'t> {
    pub(super) fn new(table: &'t DeTable<'t>, place: impl Into<String>, at: Range<usize>) -> Self {
        Self { table, place: place.into(), at, asked: Vec::new() }
    }

    /// The place of the table's header.
    pub(super) fn at(&self) -> Range<usize> {
        self.at.clone()
    }

    pub(super) fn value(&mut self, key: &'t str) -> Option<Value<'t>> {
        self.asked.push(key);
        self.table.get(key)
    }

    /// Where the key stands.
    pub(super) fn key_at(&self, key: &str) -> Range<usize> {
        self.table.get_key_value(key).map_or_else(|| self.at(), |(key, _)| key.span())
    }

    /// Notes that a key is missing, unless it is there. Its own getter says what is wrong with it then.
    pub(super) fn require(&mut self, problems: &mut Problems, key: &str, help: &str) {
        if !self.table.contains_key(key) {
            problems.missing(self.at(), format!("{} has no `{key}`", self.place), help);
        }
    }

    pub(super) fn text(
        &mut self,
        problems: &mut Problems,
        key: &'t str,
        example: &str,
    ) -> Option<Text> {
        let value = self.value(key)?;
        text_of(problems, key, value, example)
    }

    pub(super) fn boolean(&mut self, problems: &mut Problems, key: &'t str) -> Option<bool> {
        let value = self.value(key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            wrong_type(
                problems,
                key,
                value,
                "true or false",
                &format!("write `{key} = true` or `{key} = false`"),
            );
        }
        found
    }

    /// A number above zero.
    pub(super) fn number(&mut self, problems: &mut Problems, key: &'t str) -> Option<f64> {
        let value = self.value(key)?;
        let Some(number) = number_of(value.get_ref()) else {
            wrong_type(
                problems,
                key,
                value,
                "a number",
                &format!("write for example `{key} = 24`"),
            );
            return None;
        };
        if number > 0.0 && number.is_finite() {
            return Some(number);
        }
        problems.value(
            value.span(),
            format!("`{key}` is not above zero"),
            "must be above zero",
            "leave the key out where nothing is demanded",
        );
        None
    }

    /// A string or a list of strings.
    pub(super) fn texts(
        &mut self,
        problems: &mut Problems,
        key: &'t str,
        example: &str,
    ) -> Vec<Text> {
        self.value(key).map(|value| texts_of(problems, key, value, example)).unwrap_or_default()
    }

    /// A pattern or a list of patterns.
    pub(super) fn patterns(
        &mut self,
        problems: &mut Problems,
        key: &'t str,
        compile: fn(&str) -> Result<Pattern, String>,
    ) -> Vec<Pattern> {
        let texts = self.texts(problems, key, "*/vaults/example-*");
        texts.iter().filter_map(|text| pattern(problems, key, text, compile)).collect()
    }

    pub(super) fn table(
        &mut self,
        problems: &mut Problems,
        key: &'t str,
        place: &str,
        example: &str,
    ) -> Option<Fields<'t>> {
        let value = self.value(key)?;
        table_of(problems, key, value, place.to_owned(), example)
    }

    /// The tables of `[[key]]`.
    pub(super) fn tables(&mut self, problems: &mut Problems, key: &'t str) -> Vec<Fields<'t>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let example = format!("write [[{key}]] with two brackets: there may be several");
        let Some(list) = value.get_ref().as_array() else {
            wrong_type(problems, key, value, "a list of tables", &example);
            return Vec::new();
        };
        list.iter()
            .filter_map(|item| table_of(problems, key, item, format!("[[{key}]]"), &example))
            .collect()
    }

    /// Keys and values of a table whose keys the user chooses.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Text, Value<'t>)> + use<'t> {
        self.table
            .iter()
            .map(|(key, value)| (Text { text: key.get_ref().to_string(), at: key.span() }, value))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self, problems: &mut Problems) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let label = nearest(name, self.asked.iter().copied()).map_or_else(
                || "nothing has this name".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("unknown key `{name}` in {}", self.place);
            let help = match self.asked.as_slice() {
                [] => format!("{} takes no keys", self.place),
                asked => format!("{} takes {}", self.place, listed(asked.iter().copied())),
            };
            problems.unknown_key(key.span(), message, label, help);
        }
    }
}

pub(super) fn text_of(
    problems: &mut Problems,
    key: &str,
    value: Value<'_>,
    example: &str,
) -> Option<Text> {
    let Some(text) = value.get_ref().as_str() else {
        wrong_type(
            problems,
            key,
            value,
            "a string",
            &format!("write for example `{key} = \"{example}\"`"),
        );
        return None;
    };
    if text.trim().is_empty() {
        problems.value(
            value.span(),
            format!("`{key}` is blank"),
            "nothing but blanks",
            format!("write for example `{key} = \"{example}\"`"),
        );
        return None;
    }
    Some(Text { text: text.to_owned(), at: value.span() })
}

pub(super) fn texts_of(
    problems: &mut Problems,
    key: &str,
    value: Value<'_>,
    example: &str,
) -> Vec<Text> {
    match value.get_ref() {
        DeValue::String(_) => text_of(problems, key, value, example).into_iter().collect(),
        DeValue::Array(list) => {
            list.iter().filter_map(|item| text_of(problems, key, item, example)).collect()
        }
        _ => {
            let help = format!("write for example `{key} = [\"{example}\"]`");
            wrong_type(problems, key, value, "a string or a list of strings", &help);
            Vec::new()
        }
    }
}

pub(super) fn pattern(
    problems: &mut Problems,
    key: &str,
    text: &Text,
    compile: fn(&str) -> Result<Pattern, String>,
) -> Option<Pattern> {
    compile(&text.text)
        .map_err(|cause| {
            problems.value(
                text.at.clone(),
                format!("`{key}` is no valid glob"),
                cause,
                "`*` stays within one segment, `**` crosses `/`; write `[[]` for a bracket that is meant literally",
            );
        })
        .ok()
}

pub(super) fn table_of<'t>(
    problems: &mut Problems,
    key: &str,
    value: Value<'t>,
    place: String,
    example: &str,
) -> Option<Fields<'t>> {
    if let Some(table) = value.get_ref().as_table() {
        return Some(Fields::new(table, place, value.span()));
    }
    wrong_type(problems, key, value, "a table", example);
    None
}

/// An integer or a float.
#[expect(clippy::cast_precision_loss, reason = "settings are far below 2^53")]
pub(super) fn number_of(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(_) => integer_of(value).map(|integer| integer as f64),
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => None,
    }
}

/// An integer, or a float without a fraction.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
pub(super) fn integer_of(value: &DeValue<'_>) -> Option<i64> {
    /// Above this not every integer has a float of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).ok(),
        DeValue::Float(float) => {
            let number: f64 = float.as_str().parse().ok()?;
            (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
        }
        _ => None,
    }
}

pub(super) fn wrong_type(
    problems: &mut Problems,
    key: &str,
    value: Value<'_>,
    expected: &str,
    help: &str,
) {
    let found = match value.get_ref() {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    problems.value(
        value.span(),
        format!("`{key}` is {found}, not {expected}"),
        format!("expected {expected}"),
        help,
    );
}
