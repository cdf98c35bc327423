//! A script removes a lock of a vault, a guard or their group.

use crate::finding::Level;
use crate::inventory::script::{Content, Operation, ScriptOperation, Value};
use crate::inventory::{Fact, id};
use crate::rule::script::{self, form_of, whole};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const REMOVES: [&str; 5] = [
    "lock delete",
    "resource lock delete",
    "group lock delete",
    "account lock delete",
    "Remove-AzResourceLock",
];
const CREATES: [&str; 5] = [
    "lock create",
    "resource lock create",
    "group lock create",
    "account lock create",
    "New-AzResourceLock",
];

/// Ids of locks, and scopes that they are on.
const IDS: [&str; 3] = ["--ids", "-LockId", "-Scope"];
const KIND: [&str; 2] = ["--resource-type", "-ResourceType"];
const GROUP: [&str; 2] = ["--resource-group", "-ResourceGroupName"];

/// In lower case.
const GUARDED: [&str; 3] = [
    "microsoft.recoveryservices/vaults",
    "microsoft.dataprotection/backupvaults",
    "microsoft.dataprotection/resourceguards",
];

/// What a lock is on.
enum Subject {
    Resource(String),
    Group(String),
    Unknown,
}

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    if operation.is(&CREATES) {
        return Ok(Outcome::Pass);
    }
    if !operation.is(&REMOVES) {
        return Ok(Outcome::NotApplicable);
    }
    let unsure = "the script removes a lock; whether it is that of a vault is not known here";
    let defect = match subject(operation) {
        Subject::Resource(kind) if GUARDED.contains(&kind.as_str()) => {
            whole(operation, "the script removes the lock of a vault or a Resource Guard")
        }
        Subject::Resource(_) => return Ok(Outcome::NotApplicable),
        Subject::Group(group) => match script::vault_in_group(script, context, &group) {
            Fact::Known(evidence) => whole(
                operation,
                format!(
                    "the script removes a lock of a resource group with a vault or a Resource Guard: {evidence}"
                ),
            ),
            Fact::Absent => return Ok(Outcome::NotApplicable),
            Fact::Unknown(_) => whole(operation, unsure).level(Level::Note),
        },
        Subject::Unknown => whole(operation, unsure).level(Level::Note),
    };
    script::fail(script, context, vec![defect])
}

fn subject(operation: &Operation) -> Subject {
    if let Some(given) = operation.given(&IDS) {
        let value = match &given.value.content {
            Content::List(list) => list.first().unwrap_or(&given.value),
            _ => &given.value,
        };
        return of_id(value);
    }
    match operation.text(&KIND) {
        Fact::Known(kind) => {
            let namespace = operation.text(&["--namespace"]);
            let kind = match namespace {
                Fact::Known(namespace) if !kind.contains('/') => format!("{namespace}/{kind}"),
                _ => kind.to_owned(),
            };
            return Subject::Resource(kind.to_ascii_lowercase());
        }
        Fact::Unknown(_) => return Subject::Unknown,
        Fact::Absent => {}
    }
    match operation.text(&GROUP) {
        Fact::Known(group) => Subject::Group(group.to_owned()),
        Fact::Absent | Fact::Unknown(_) => Subject::Unknown,
    }
}

/// What the id of a lock, or a scope, names.
fn of_id(value: &Value) -> Subject {
    let Some(text) = form_of(value) else { return Subject::Unknown };
    let lower = text.to_ascii_lowercase();
    let scope = lower.split("/providers/microsoft.authorization/locks").next().unwrap_or(&lower);
    if scope.contains("/providers/") {
        return id::type_of(scope)
            .map_or(Subject::Unknown, |kind| Subject::Resource(kind.to_ascii_lowercase()));
    }
    match scope.split_once("/resourcegroups/") {
        Some((_, group)) if !group.contains('{') => Subject::Group(group.to_owned()),
        _ => Subject::Unknown,
    }
}
