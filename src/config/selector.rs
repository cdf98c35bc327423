//! `match = { … }`: which resources a declaration speaks of.

use super::error::Problems;
use super::pattern::Pattern;
use super::reader::{Fields, Value, pattern, texts_of};
use crate::inventory::placeholder;

/// Conditions that must all hold.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    /// Tag names with the globs of which one must match the value.
    pub tags: Vec<(String, Vec<Pattern>)>,
    /// Scopes of which one must hold the resource.
    pub scope: Vec<Pattern>,
    /// ARM types of which it must have one.
    pub types: Vec<Pattern>,
}

/// What is known of one tag of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagValue<'a> {
    /// It has this value.
    Known(&'a str),
    /// The resource was read, and has no such tag.
    Absent,
    /// Its tags were not read.
    Unknown,
}

impl Selector {
    /// Whether it holds for a resource; `None` if that depends on a tag that was not read, or on a part of
    /// its id that code does not tell. `tag` is
    /// asked with the name in the spelling of the configuration; names of tags have no case
    /// (<https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources>).
    pub fn holds<'a>(
        &self,
        id: &str,
        resource_type: &str,
        tag: impl Fn(&str) -> TagValue<'a>,
    ) -> Option<bool> {
        let any = |patterns: &[Pattern], text: &str| {
            patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(text))
        };
        let mut known = any(&self.scope, id);
        if !any(&self.types, resource_type) || !known && !placeholder::has_placeholder(id) {
            return Some(false);
        }
        for (name, values) in &self.tags {
            match tag(name) {
                TagValue::Known(value) if values.iter().any(|pattern| pattern.matches(value)) => {}
                TagValue::Known(_) | TagValue::Absent => return Some(false),
                TagValue::Unknown => known = false,
            }
        }
        known.then_some(true)
    }

    /// Reads the `match` of a table that must have one.
    pub(super) fn required(problems: &mut Problems, fields: &mut Fields<'_>) -> Self {
        fields.require(problems, "match", HELP);
        Self::optional(problems, fields).unwrap_or_default()
    }

    /// Reads the `match` of a table, if it has one.
    pub(super) fn optional(problems: &mut Problems, fields: &mut Fields<'_>) -> Option<Self> {
        let mut conditions = fields.table(problems, "match", "`match`", HELP)?;
        if conditions.is_empty() {
            problems.value(
                conditions.at(),
                "`match` is empty",
                "would hold for every resource",
                "give a tag, scope or type; `match = { scope = [\"**\"] }` if everything is meant",
            );
        }
        let mut selector = Self {
            tags: Vec::new(),
            scope: conditions.patterns(problems, "scope", Pattern::scope),
            types: conditions.patterns(problems, "type", Pattern::value),
        };
        if let Some(tags) = conditions.table(problems, "tag", "`tag`", HELP) {
            for (name, value) in tags.entries() {
                let values = tag_values(problems, &name.text, value);
                selector.tags.push((name.text, values));
            }
        }
        conditions.finish(problems);
        Some(selector)
    }
}

const HELP: &str =
    "write for example `match = { tag.tier = \"gold\" }`, or scope or type with a list";

fn tag_values(problems: &mut Problems, name: &str, value: Value<'_>) -> Vec<Pattern> {
    let key = format!("tag.{name}");
    if value.get_ref().is_table() {
        problems.value(
            value.span(),
            format!("`{key}` is a table, not a glob on the value of a tag"),
            "a dot separates keys",
            format!("put quotes around a tag's name that has a dot: tag.\"{name}.…\" = \"…\""),
        );
        return Vec::new();
    }
    let texts = texts_of(problems, &key, value, "gold");
    texts.iter().filter_map(|text| pattern(problems, &key, text, Pattern::value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unread_tag_decides_only_when_nothing_else_does() {
        let selector = Selector {
            tags: vec![("tier".to_owned(), vec![Pattern::value("gold").unwrap()])],
            scope: vec![Pattern::scope("/subscriptions/s").unwrap()],
            types: Vec::new(),
        };
        let holds = |id, tag: TagValue<'static>| selector.holds(id, "T", |_| tag);
        assert_eq!(holds("/subscriptions/s/x", TagValue::Known("Gold")), Some(true));
        assert_eq!(holds("/subscriptions/s/x", TagValue::Absent), Some(false));
        assert_eq!(holds("/subscriptions/s/x", TagValue::Unknown), None);
        assert_eq!(holds("/subscriptions/other", TagValue::Unknown), Some(false));
        assert_eq!(holds("/subscriptions/{unknown}/x", TagValue::Known("gold")), None);
        assert_eq!(holds("/subscriptions/{unknown}/x", TagValue::Absent), Some(false));
    }
}
