//! The JSON Schema of `backuplint.toml`, with which editors complete and check it.
//!
//! Draft 7, since that is what TOML editors (taplo, Even Better TOML) read. It is weaker than the
//! reader, never stricter: a test holds every valid fixture against it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::parameter::json_of;
use super::review::{DEMANDS, MINIMA};
use crate::finding::Severity;
use crate::rule::{Metadata, Parameter, Profile, SecurityLevel};

/// The schema for these rules.
pub fn schema(rules: &[Arc<Metadata>]) -> Value {
    let ids: Vec<&str> = rules
        .iter()
        .flat_map(|rule| std::iter::once(&rule.id).chain(&rule.aliases))
        .map(String::as_str)
        .collect();
    let mut root = table(
        "Configuration of backuplint, the linter and auditor for Azure Backup.",
        &[],
        &[
            (
                "profile",
                one_or_more(&names(
                    "Sets of rules; all add to `default`.",
                    Profile::ALL.map(Profile::name),
                )),
            ),
            (
                "fail-on",
                severity(
                    "Failures of this severity or worse end with exit code 1. Default: medium.",
                ),
            ),
            (
                "rule-packs",
                one_or_more(&text("Folder or file with rules of your own, relative to this file.")),
            ),
            ("require-expiry", boolean("Whether every suppression must have a last day.")),
            (
                "iac-scope",
                names(
                    "Whether the code that is linted is all there is. Default: complete.",
                    ["complete", "partial"],
                ),
            ),
            ("rules", rule_tables(rules)),
            ("class", tables(&class())),
            ("mandate", tables(&mandate())),
            ("operator", tables(&operator())),
            ("staging", staging()),
            ("restore-evidence", tables(&restore_evidence())),
            ("break-glass", break_glass()),
            ("review", review()),
            ("suppression", tables(&suppression(&ids))),
        ],
    );
    if let Some(root) = root.as_object_mut() {
        root.shift_insert(
            0,
            "$schema".to_owned(),
            json!("http://json-schema.org/draft-07/schema#"),
        );
        root.shift_insert(1, "title".to_owned(), json!("backuplint.toml"));
    }
    root
}

fn rule_tables(rules: &[Arc<Metadata>]) -> Value {
    let mut sorted: Vec<&Metadata> = rules.iter().map(|rule| &**rule).collect();
    sorted.sort_by(|left, right| left.id.cmp(&right.id));
    let mut properties = Map::new();
    for rule in sorted {
        let mut options = table(
            &rule.title,
            &[],
            &[
                ("severity", severity(&format!("Instead of the rule's own, {}.", rule.severity))),
                ("enabled", boolean("On or off, whatever the profiles say.")),
            ],
        );
        for (name, declared) in &rule.parameters {
            options["properties"][name] = parameter(declared);
        }
        for alias in &rule.aliases {
            let mut former = options.clone();
            former["description"] = json!(format!("Former id of `{}`. {}", rule.id, rule.title));
            properties.insert(alias.clone(), former);
        }
        properties.insert(rule.id.clone(), options);
    }
    json!({
        "description": "Options of single rules, by id.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn parameter(declared: &Parameter) -> Value {
    let mut schema = value_like(&declared.default, declared);
    schema["description"] = json!(declared.description);
    schema["default"] = json_of(&declared.default);
    schema
}

fn value_like(like: &toml::Value, declared: &Parameter) -> Value {
    let mut schema = match like {
        // Whole floats are accepted where the default is an integer, and `integer` allows `30.0`.
        toml::Value::Integer(_) => json!({"type": "integer"}),
        toml::Value::Float(_) => json!({"type": "number"}),
        toml::Value::Boolean(_) => json!({"type": "boolean"}),
        toml::Value::String(_) => json!({"type": "string"}),
        toml::Value::Datetime(_) => json!({}),
        toml::Value::Table(_) => json!({"type": "object"}),
        toml::Value::Array(list) => {
            let text = toml::Value::String(String::new());
            return json!({"type": "array", "items": value_like(list.first().unwrap_or(&text), declared)});
        }
    };
    if like.is_integer() || like.is_float() {
        for (key, bound) in [("minimum", declared.minimum), ("maximum", declared.maximum)] {
            if let Some(bound) = bound {
                schema[key] = json!(bound);
            }
        }
    }
    if let (true, Some(values)) = (like.is_str(), &declared.values) {
        schema["enum"] = json!(values);
    }
    schema
}

fn class() -> Value {
    table(
        "What the business demands for a kind of data.",
        &["name", "match"],
        &[
            ("name", text("Its name, unique; findings show it.")),
            ("match", selector()),
            (
                "min-retention-days",
                retention(
                    "Least days that recovery points are kept: of the longest tier, or by tier.",
                ),
            ),
            (
                "max-retention-days",
                retention(
                    "Most days that recovery points are kept: of the longest tier, or by tier.",
                ),
            ),
            ("rpo-hours", positive("Longest time between two backups.")),
            ("rto-hours", positive("Longest time a restore may take.")),
            (
                "security-level",
                names(
                    "The security level its vaults must reach.",
                    SecurityLevel::ALL.map(SecurityLevel::name),
                ),
            ),
            ("framework", text("The clause that demands it, quoted in findings.")),
        ],
    )
}

fn retention(description: &str) -> Value {
    let tier = |name: &str| json!({"description": format!("Days of the {name} tier."), "type": "integer", "minimum": 1});
    let tiers = table(
        description,
        &[],
        &[
            ("daily", tier("daily")),
            ("weekly", tier("weekly")),
            ("monthly", tier("monthly")),
            ("yearly", tier("yearly")),
        ],
    );
    json!({"description": description, "anyOf": [{"type": "integer", "minimum": 1}, tiers]})
}

fn mandate() -> Value {
    let mut schema = table(
        "Vaults and backup policies that some data must use.",
        &["match"],
        &[
            ("match", selector()),
            ("vaults", one_or_more(&text("Id or glob of an allowed vault."))),
            ("policies", one_or_more(&text("Id, name or glob of an allowed backup policy."))),
        ],
    );
    schema["anyOf"] = json!([{"required": ["vaults"]}, {"required": ["policies"]}]);
    schema
}

fn operator() -> Value {
    table(
        "Who is meant to do what.",
        &["principal", "operations"],
        &[
            ("principal", text("Object id of a user, group or service principal.")),
            (
                "operations",
                one_or_more(&text("Name of an operation, as `backuplint explain` lists them.")),
            ),
            (
                "on",
                one_or_more(&text(
                    "Id or glob; everything below it counts. Everywhere if left out.",
                )),
            ),
        ],
    )
}

fn staging() -> Value {
    let targets = one_or_more(&text("Id or glob of a vault, or a region."));
    table(
        "Storage accounts that restores go through.",
        &[],
        &[
            ("ids", one_or_more(&text("Id, name or glob of an account."))),
            ("match", selector()),
            (
                "serves",
                json!({
                    "description": "Accounts with the vaults or regions they serve.",
                    "type": "object",
                    "additionalProperties": targets,
                }),
            ),
            ("require-per-region", boolean("Whether each region with vaults needs one.")),
        ],
    )
}

fn restore_evidence() -> Value {
    table(
        "A restore test that Azure's job history does not show.",
        &["vault", "date"],
        &[
            ("vault", text("Id of the vault restored from.")),
            ("date", text("When it ended, RFC 3339.")),
            ("note", text("What was done.")),
        ],
    )
}

fn break_glass() -> Value {
    table("Accounts for emergencies.", &[], &[("principals", one_or_more(&text("Object id.")))])
}

fn review() -> Value {
    let whole = |text: &str| json!({"description": text, "type": "integer", "minimum": 1});
    table(
        "What is decided about changes, for `backuplint review`.",
        &[],
        &[
            (
                "replace-existing-requires-running",
                names(
                    "Whether a machine that does not run stops a replacement of its disks, as the guide asks. Default: inform.",
                    DEMANDS,
                ),
            ),
            ("minimum", names("Whose minimum of roles counts. Default: documented.", MINIMA)),
            (
                "on-demand-supported",
                whole("On-demand backups a day that are supported. Default: 3."),
            ),
            (
                "on-demand-hard-cap",
                whole("Attempts a day at which the service refuses more. Default: 9."),
            ),
            (
                "on-demand-min-days",
                whole("Least days that an on-demand point is kept. Default: 1."),
            ),
            (
                "parallel-restore-days",
                whole("Days in which a restore beside production counts as a test. Default: 7."),
            ),
            (
                "fresh-point-hours",
                whole("Hours in which a point counts as one of today's state. Default: 24."),
            ),
            (
                "reading-max-hours",
                whole("How many hours before its window a change may be judged. Default: 168."),
            ),
            ("file-recovery-hours", whole("Hours that a mounted point stays. Default: 12.")),
            (
                "file-recovery-large-gb",
                positive("GB above which restoring disks may be faster. Default: 5."),
            ),
        ],
    )
}

fn suppression(ids: &[&str]) -> Value {
    let mut rule =
        json!({"description": "The rule whose findings are accepted.", "type": "string"});
    if !ids.is_empty() {
        rule["enum"] = json!(ids);
    }
    let mut schema = table(
        "A finding that somebody accepts.",
        &["rule", "reason", "owner"],
        &[
            ("rule", rule),
            (
                "resource",
                text("Id, name or glob: `*` stays within one segment, `**` crosses them."),
            ),
            ("path", text("Glob on files; a folder stands for what is in it.")),
            ("reason", text("Why it is accepted; reports show it.")),
            ("owner", text("Who answers for it.")),
            // Editors hand over a TOML date as a string.
            (
                "expires",
                json!({"description": "Last day on which it holds, a date without quotes."}),
            ),
        ],
    );
    schema["anyOf"] = json!([{"required": ["resource"]}, {"required": ["path"]}]);
    schema
}

fn selector() -> Value {
    let mut schema = table(
        "Which resources are meant; all conditions must hold.",
        &[],
        &[
            (
                "tag",
                json!({
                    "description": "Tags with globs on their values.",
                    "type": "object",
                    "additionalProperties": one_or_more(&text("Glob on the value; case does not matter.")),
                }),
            ),
            ("scope", one_or_more(&text("Id or glob; everything below it counts."))),
            ("type", one_or_more(&text("ARM type, such as Microsoft.Compute/virtualMachines."))),
        ],
    );
    schema["minProperties"] = json!(1);
    schema
}

fn table(description: &str, required: &[&str], properties: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    let mut schema =
        json!({"description": description, "type": "object", "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["properties"] = Value::Object(properties);
    schema
}

fn tables(item: &Value) -> Value {
    json!({"description": item["description"], "type": "array", "items": item})
}

fn one_or_more(item: &Value) -> Value {
    json!({"description": item["description"], "anyOf": [item, {"type": "array", "items": item}]})
}

fn names<const N: usize>(description: &str, names: [&str; N]) -> Value {
    json!({"description": description, "type": "string", "enum": &names[..]})
}

fn severity(description: &str) -> Value {
    names(description, Severity::ALL.map(Severity::name))
}

fn text(description: &str) -> Value {
    json!({"description": description, "type": "string", "minLength": 1})
}

fn boolean(description: &str) -> Value {
    json!({"description": description, "type": "boolean"})
}

fn positive(description: &str) -> Value {
    json!({"description": description, "type": "number", "exclusiveMinimum": 0})
}
