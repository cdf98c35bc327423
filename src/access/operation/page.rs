//! The page of an operation, as Markdown: what `explain` prints.

use std::fmt::Write;

use super::{Guard, Operation, Way, precondition};

/// The page of one operation.
pub fn page(operation: &Operation) -> String {
    let mut page = format!("# `{}`\n\nTo {}.\n", operation.id, operation.title);
    let _ = write!(
        page,
        "\n## Roles\n\n* Guide's minimum: {}.\n* Microsoft's minimum: {}.\n\n\
         A minimum is what somebody calls the least. What Azure enforces are the actions below: any role \
         that holds them will do.\n",
        operation.guide_minimum.words("the guide names none"),
        operation.documented_minimum.words("none stated"),
    );
    let kinds = [
        ("Recovery Services vault", &operation.recovery_services),
        ("Backup vault", &operation.backup_vault),
    ];
    for (kind, way) in kinds {
        let _ = write!(page, "\n## {kind}\n\n");
        match way {
            Some(way) => enforced(&mut page, way),
            None => page.push_str("Not described for this kind of vault.\n"),
        }
    }
    let reversal = operation.reversal;
    let _ = write!(page, "\n## Can it be undone?\n\n{}", upper(reversal.verdict.name()));
    if !reversal.how.is_empty() {
        let _ = write!(page, ": {}", reversal.how);
    }
    page.push_str(".\n\n## Before it is done\n\n");
    for found in operation.preconditions.iter().filter_map(|id| precondition(id)) {
        let _ = writeln!(page, "* {}: {} [{}]", found.id, found.says, found.reads.join(", "));
    }
    list(&mut page, "Good to know", operation.notes, ("", "."));
    list(&mut page, "Sources", operation.sources, ("<", ">"));
    page
}

fn enforced(page: &mut String, way: &Way) {
    page.push_str("Azure enforces:\n\n");
    for any in way.needs {
        let either: Vec<String> = any
            .iter()
            .map(|enforced| format!("`{}` on {}", enforced.name(), enforced.on.name()))
            .collect();
        let _ = writeln!(page, "* {}", either.join("\n  or "));
    }
    page.push('\n');
    match way.guard {
        Guard::No => page.push_str("A Resource Guard cannot hold it.\n"),
        Guard::NotStated => page.push_str(
            "Microsoft's list of operations that a Resource Guard can hold does not name it.\n",
        ),
        Guard::Held(keys) => {
            page.push_str("A Resource Guard holds it:\n\n");
            for held in keys {
                let _ = writeln!(page, "* `{}`, {}", held.key, held.firmness.name());
                if let Some(request) = held.request {
                    let _ = writeln!(page, "  (approved through `{request}`)");
                }
            }
        }
    }
}

fn list(page: &mut String, title: &str, texts: &[&str], (before, after): (&str, &str)) {
    if texts.is_empty() {
        return;
    }
    let _ = write!(page, "\n## {title}\n\n");
    for text in texts {
        let _ = writeln!(page, "* {before}{text}{after}");
    }
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
