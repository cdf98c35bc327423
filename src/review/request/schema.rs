//! The JSON Schema of change requests, for editors.

use serde_json::{Map, Value, json};

use super::{ARGUMENTS, Argument, Form, SCHEMA, TIERS};
use crate::access::operation::OPERATIONS;

/// The JSON Schema (draft 7) of change requests: what editors check TOML and JSON with.
pub fn schema() -> Value {
    let names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    let id = json!({"type": "string", "pattern": "^/"});
    let texts = json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]});
    let arguments: Map<String, Value> =
        ARGUMENTS.iter().map(|argument| (argument.key.to_owned(), of(argument))).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A change request for backuplint review",
        "type": "object",
        "additionalProperties": false,
        "required": ["operation"],
        "anyOf": [{"required": ["targets"]}, {"required": ["select"]}],
        "properties": {
            "schema": {"const": SCHEMA},
            "operation": {"description": "What is to be done.", "enum": names},
            "ticket": {"description": "Where the change is tracked.", "type": "string"},
            "reason": {"description": "Why it is done.", "type": "string"},
            "caller": {"description": "Object id or sign-in name of whoever is to do it.", "type": "string"},
            "approved-by": {"description": "Object id or sign-in name of whoever agreed: never the caller, and where a Resource Guard holds it somebody who may approve there.", "type": "string"},
            "targets": {
                "description": "ARM ids of what it is done to: items, instances, machines, vaults, backup policies or containers.",
                "anyOf": [id, {"type": "array", "items": id, "minItems": 1}],
            },
            "select": {
                "description": "What it is done to, by patterns: all that is given must hold, * stands for any text.",
                "type": "object",
                "additionalProperties": false,
                "minProperties": 1,
                "properties": {
                    "scope": texts, "vault": texts, "policy": texts, "name": texts,
                    "tag": {"type": "object", "minProperties": 1, "additionalProperties": texts},
                },
            },
            "window": {
                "description": "When it is to happen.",
                "type": "object",
                "additionalProperties": false,
                "required": ["from", "to"],
                "properties": {"from": time("The beginning."), "to": time("The end.")},
            },
            "arguments": {
                "description": "What the operation is told.",
                "type": "object",
                "additionalProperties": false,
                "properties": arguments,
            },
        },
    })
}

fn of(argument: &Argument) -> Value {
    let says = format!("{}. For {}.", argument.says, argument.of.join(", "));
    match argument.form {
        Form::Text => json!({"description": says, "type": "string"}),
        Form::Id => json!({"description": says, "type": "string", "pattern": "^/"}),
        Form::Time => time(&says),
        Form::Number => json!({"description": says, "type": "number", "exclusiveMinimum": 0}),
        Form::Word(words) => json!({"description": says, "enum": words}),
        Form::Tiers => {
            let tiers: Map<String, Value> = TIERS
                .into_iter()
                .map(|tier| (tier.to_owned(), json!({"type": "integer", "minimum": 1})))
                .collect();
            json!({
                "description": says,
                "type": "object",
                "additionalProperties": false,
                "minProperties": 1,
                "properties": tiers,
            })
        }
    }
}

/// Editors hand over a TOML time as a string.
fn time(says: &str) -> Value {
    json!({"description": says, "type": "string"})
}
