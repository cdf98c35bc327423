//! Which roles allow something: golden files, the schema, and names that nobody can trust.

use std::fs;
use std::path::Path;

use backuplint::access::action::ActionTable;
use backuplint::access::export;
use backuplint::access::operation::OPERATIONS;
use backuplint::access::question::Question;
use backuplint::access::role_list::RoleList;
use backuplint::report::{Format, who_can};
use serde_json::Value;

use super::{assert_valid, golden, options, strict};

const EXPORT: &str = r#"[
    {"name": "1", "roleName": "Wide\u001b[31m\u202e", "permissions": [{"actions": ["*"]}]},
    {"name": "2", "roleName": "Narrow", "permissions": [{"actions": ["Contoso.Backup/vaults/*"], "condition": "(x)"}]},
    {"name": "3", "roleName": "Narrow", "permissions": [{"actions": ["contoso.backup/vaults/delete"], "condition": "(x)"}]},
    {"name": "4", "roleName": "Twice", "permissions": [{"actions": ["Contoso.Backup/*"], "condition": "(x)"}]},
    {"name": "5", "roleName": "Twice", "permissions": [{"actions": ["Contoso.Backup/*"], "notActions": ["*/write"]}]},
    {"name": "6", "roleName": "None", "permissions": [{"actions": ["*"], "notActions": ["*/delete"], "dataActions": ["*"]}]}
]"#;

fn asked(text: &str) -> RoleList {
    let mut table = ActionTable::CLOSED;
    let question = Question::read(text, &mut table).unwrap();
    if text.starts_with("Contoso") {
        let roles = export::read(EXPORT).unwrap();
        return RoleList::of_export(question, &table, "export\u{1b}.json".to_owned(), &roles);
    }
    RoleList::of_built_in(question).unwrap()
}

fn written(answer: &RoleList, format: Format) -> String {
    let mut out = Vec::new();
    who_can::write_roles(answer, format, &mut out, &options()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn golden_roles() {
    golden("roles-operation.txt", &written(&asked("restore-create-new"), Format::Human));
    golden(
        "roles-grant.txt",
        &written(&asked("Microsoft.Authorization/roleAssignments/write"), Format::Human),
    );
    golden("roles-operation.json", &written(&asked("disable-soft-delete"), Format::Json));
}

#[test]
fn roles_are_what_the_schema_says() {
    let mut schema: Value = serde_json::from_str(who_can::ROLES_SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    strict(&mut schema);
    for text in ["restore-create-new", "Contoso.Backup/vaults/delete"] {
        assert_valid(&schema, &serde_json::from_str(&written(&asked(text), Format::Json)).unwrap());
    }
}

#[test]
fn a_condition_counts_where_no_other_role_of_the_name_is_free() {
    let answer = asked("Contoso.Backup/vaults/delete");
    let found: Value = serde_json::from_str(&written(&answer, Format::Json)).unwrap();
    let action = "Contoso.Backup/vaults/delete";
    assert_eq!(found["asked"], 6);
    assert_eq!(
        found["allowedBy"][action],
        serde_json::json!(["Narrow", "Twice", "Wide\u{1b}[31m\u{202e}"])
    );
    assert_eq!(found["conditional"][action], serde_json::json!(["Narrow"]));
    for format in [Format::Human, Format::Json] {
        let text = written(&answer, format);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
}

/// The shipped table answers as the export it was made from, for all that operations take.
#[test]
fn the_shipped_table_answers_as_the_export() {
    let Some(corpus) = std::env::var_os("BACKUPLINT_CORPUS") else { return };
    let file = Path::new(&corpus).join("role-definitions/built-in-roles-all.json");
    let text = fs::read_to_string(file).unwrap();
    let roles = export::read(&text).unwrap();
    let mut table = ActionTable::CLOSED;
    for operation in OPERATIONS {
        let question = Question::read(operation.id, &mut table).unwrap();
        let exported = RoleList::of_export(question.clone(), &table, "export".to_owned(), &roles);
        let shipped = RoleList::of_built_in(question).unwrap();
        assert_eq!(shipped.by_action, exported.by_action, "{}", operation.id);
        assert_eq!(shipped.asked, exported.asked);
    }
}
