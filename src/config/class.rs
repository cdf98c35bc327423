//! `[[class]]`: what the business demands for a kind of data.

use super::error::Problems;
use super::reader::{Fields, Value, integer_of, wrong_type};
use super::selector::Selector;
use crate::rule::{RetentionDays, SecurityLevel};

/// One declared class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name, unique.
    pub name: String,
    /// The resources it speaks of.
    pub selector: Selector,
    /// How long recovery points must be kept.
    pub min_retention: RetentionDays,
    /// How long they may be kept.
    pub max_retention: RetentionDays,
    /// Longest time between two backups.
    pub rpo_hours: Option<f64>,
    /// Longest time a restore may take.
    pub rto_hours: Option<f64>,
    /// The security level its vaults must reach.
    pub security_level: Option<SecurityLevel>,
    /// The clause that demands it, quoted in findings.
    pub framework: Option<String>,
}

impl Class {
    pub(super) fn read(problems: &mut Problems, mut fields: Fields<'_>, earlier: &[Self]) -> Self {
        let name = fields.text(problems, "name", "gold");
        fields.require(
            problems,
            "name",
            "findings name the class; write for example `name = \"gold\"`",
        );
        if let Some(name) =
            name.as_ref().filter(|name| earlier.iter().any(|class| class.name == name.text))
        {
            problems.value(
                name.at.clone(),
                format!("two classes have the name `{}`", name.text),
                "used before",
                "findings name the class: give each its own name, or merge the two",
            );
        }
        let class = Self {
            name: name.map(|name| name.text).unwrap_or_default(),
            selector: Selector::required(problems, &mut fields),
            min_retention: retention(problems, &mut fields, "min-retention-days"),
            max_retention: retention(problems, &mut fields, "max-retention-days"),
            rpo_hours: fields.number(problems, "rpo-hours"),
            rto_hours: fields.number(problems, "rto-hours"),
            security_level: security_level(problems, &mut fields),
            framework: fields.text(problems, "framework", "ISO 27001 A.8.13").map(|text| text.text),
        };
        if let Some((least, most)) = class.min_retention.beyond(&class.max_retention) {
            problems.value(
                fields.key_at("max-retention-days"),
                format!("class `{}` demands {least} days and allows {most}", class.name),
                format!("less than the {least} days of min-retention-days"),
                "no backup policy can satisfy both: raise the maximum or lower the minimum",
            );
        }
        fields.finish(problems);
        class
    }
}

fn retention(problems: &mut Problems, fields: &mut Fields<'_>, key: &'static str) -> RetentionDays {
    let Some(value) = fields.value(key) else { return RetentionDays::default() };
    let Some(table) = value.get_ref().as_table() else {
        return RetentionDays { longest: days(problems, key, value), ..RetentionDays::default() };
    };
    let mut tiers = Fields::new(table, format!("`{key}`"), value.span());
    let mut tier = |name| tiers.value(name).and_then(|value| days(problems, name, value));
    let retention = RetentionDays {
        longest: None,
        daily: tier("daily"),
        weekly: tier("weekly"),
        monthly: tier("monthly"),
        yearly: tier("yearly"),
    };
    tiers.finish(problems);
    retention
}

fn days(problems: &mut Problems, key: &str, value: Value<'_>) -> Option<u32> {
    let help = "a whole number of days, or a table such as { daily = 30, yearly = 2555 }";
    let Some(number) = integer_of(value.get_ref()) else {
        wrong_type(problems, key, value, "a number of days", help);
        return None;
    };
    let days = u32::try_from(number).ok().filter(|days| *days > 0);
    if days.is_none() {
        problems.value(
            value.span(),
            format!("`{key}` is no number of days"),
            "must be 1 or more",
            help,
        );
    }
    days
}

fn security_level(problems: &mut Problems, fields: &mut Fields<'_>) -> Option<SecurityLevel> {
    let text = fields.text(problems, "security-level", "maximum")?;
    let level = SecurityLevel::of(&text.text);
    if level.is_none() {
        problems.value(
            text.at,
            format!("`{}` is no security level", text.text),
            "not one of Azure's levels",
            "use none, minimum, adequate or maximum",
        );
    }
    level
}
