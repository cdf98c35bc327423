//! A request to start from, with a comment on every key.

use std::fmt::Write;

use super::arguments_of;
use crate::access::operation::{Operation, precondition};

/// A commented request for one operation.
pub fn template(operation: &Operation) -> String {
    let mut text = format!(
        "# A change request: to {}.\n# backuplint review THIS-FILE --estate SNAPSHOT judges it before it happens.\n\n\
         operation = \"{}\"\n\n\
         # Where the change is tracked, and why it is done; both are repeated in the review.\n\
         ticket = \"CHG-0000\"\n# reason = \"\"\n\n\
         # Who is to do it: an object id, or a sign-in name that the snapshot knows.\n\
         # caller = \"00000000-0000-0000-0000-000000000000\"\n\
         # Who agreed, where somebody has to: never the caller.\n# approved-by = \"\"\n\n\
         # What it is done to: {}.\n\
         targets = [\n    \"{}\",\n]\n\n\
         # Or many at once; all that is given must hold, and * stands for any text.\n\
         # [select]\n# scope = [\"/subscriptions/…/resourceGroups/rg-app*\"]\n# vault = [\"rsv-payments\"]\n\
         # policy = [\"daily-*\"]\n# name = [\"vm-web-*\"]\n# tag = {{ tier = \"gold\" }}\n\n\
         # When: dates in the review are reckoned from its beginning.\n\
         # [window]\n# from = 2026-12-01T22:00:00Z\n# to = 2026-12-02T02:00:00Z\n",
        operation.title,
        operation.id,
        meant(operation.id),
        example(operation.id),
    );
    let mut arguments = arguments_of(operation.id).peekable();
    if arguments.peek().is_some() {
        text.push_str("\n[arguments]\n");
    }
    for argument in arguments {
        let _ =
            writeln!(text, "# {}\n# {} = {}", upper(argument.says), argument.key, argument.example);
    }
    text.push_str("\n# What the review looks at:\n");
    for found in operation.preconditions.iter().filter_map(|id| precondition(id)) {
        let _ = writeln!(text, "#   {}: {}", found.id, found.says);
    }
    text
}

/// What the targets of an operation are.
fn meant(operation: &str) -> &'static str {
    match operation {
        "enable-protection" => "machines, or other datasources",
        "disable-soft-delete"
        | "reduce-immutability"
        | "change-redundancy"
        | "delete-vault"
        | "remove-mua" => "vaults",
        "modify-policy" => "backup policies",
        "unregister-container" => "containers of a Recovery Services vault",
        _ => {
            "protected items, backup instances, or the machines that they protect; a vault stands for all in it"
        }
    }
}

fn example(operation: &str) -> &'static str {
    match operation {
        "disable-soft-delete"
        | "reduce-immutability"
        | "change-redundancy"
        | "delete-vault"
        | "remove-mua" => {
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-example"
        }
        "modify-policy" => {
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-example/backupPolicies/daily-30"
        }
        "unregister-container" => {
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-example/backupFabrics/Azure/protectionContainers/storagecontainer;storage;rg-app;stexample"
        }
        _ => {
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-app/providers/Microsoft.Compute/virtualMachines/vm-example"
        }
    }
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
