//! `[rules.ID]`: severity, on or off, and parameters of one rule.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::catalogue::Catalogue;
use super::error::Problems;
use super::nearest::{listed, nearest};
use super::parameter;
use super::reader::{Fields, Text, table_of};
use crate::finding::Severity;
use crate::rule::Metadata;

/// What the file says of one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleOptions {
    /// Instead of the rule's own.
    pub severity: Option<Severity>,
    /// On or off, whatever the profiles say.
    pub enabled: Option<bool>,
    /// The parameters that were given, checked.
    pub parameters: BTreeMap<String, Json>,
}

impl RuleOptions {
    /// Reads `[rules]`, by present id.
    pub(super) fn read_all(
        problems: &mut Problems,
        fields: &Fields<'_>,
        catalogue: Catalogue<'_>,
    ) -> BTreeMap<String, Self> {
        let mut all = BTreeMap::new();
        for (key, value) in fields.entries() {
            let Some(rule) = catalogue.require(problems, &key.text, key.at.clone()) else {
                continue;
            };
            let place = format!("[rules.{}]", key.text);
            let example =
                format!("write {place} and the keys below it, such as `severity = \"low\"`");
            let Some(table) = table_of(problems, &key.text, value, place, &example) else {
                continue;
            };
            let options = Self::read(problems, table, rule);
            if all.insert(rule.id.clone(), options).is_some() {
                problems.value(
                    key.at,
                    format!("rule `{}` is configured twice", rule.id),
                    format!("`{}` and its former ids are one rule", rule.id),
                    format!("merge both into [rules.{}]", rule.id),
                );
            }
        }
        all
    }

    fn read<'t>(problems: &mut Problems, mut fields: Fields<'t>, rule: &'t Metadata) -> Self {
        let mut options = Self {
            severity: severity(problems, &mut fields, "severity"),
            enabled: fields.boolean(problems, "enabled"),
            parameters: BTreeMap::new(),
        };
        for (name, declared) in &rule.parameters {
            let value = fields
                .value(name)
                .and_then(|value| parameter::check(problems, name, value, declared));
            options.parameters.extend(value.map(|value| (name.clone(), value)));
        }
        fields.finish(problems);
        options
    }
}

/// A severity by name.
pub(super) fn severity<'t>(
    problems: &mut Problems,
    fields: &mut Fields<'t>,
    key: &'t str,
) -> Option<Severity> {
    let Text { text, at } = fields.text(problems, key, "medium")?;
    let severity = text.parse().ok();
    if severity.is_none() {
        let names = Severity::ALL.map(Severity::name);
        let label = nearest(&text, names).map_or_else(
            || "no such severity".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        problems.value(
            at,
            format!("`{text}` is no severity"),
            label,
            format!("use {}", listed(names)),
        );
    }
    severity
}
