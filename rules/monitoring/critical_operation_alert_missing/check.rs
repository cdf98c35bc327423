//! Nobody is told when somebody weakens or deletes the vault, its policies or what it holds.

use crate::inventory::{Event, Fact, GuardFlag, Kind, Reason, ResourceId, Vault, Watch};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let mut asked = 0;
    let mut unwatched: Vec<&str> = Vec::new();
    let mut silent: Vec<(String, String)> = Vec::new();
    let mut undecided = None;
    for operation in context.parameters.list("operations") {
        let targets = match targets(vault, operation) {
            Ok(targets) => targets,
            Err(reason) => {
                let message =
                    format!("{}: the guards of the vault were not read", short(operation));
                undecided.get_or_insert(Undecided::because(reason, message));
                continue;
            }
        };
        asked += usize::from(!targets.is_empty());
        for resource in &targets {
            match context.estate.watch(&Event { operation, resource }) {
                Watch::By(_) => {}
                Watch::Perhaps { reason, because } => {
                    let message = format!("{}: {because}", short(operation));
                    undecided.get_or_insert(Undecided::because(reason, message));
                }
                Watch::Nobody { silent: found } => {
                    if !unwatched.contains(&operation) {
                        unwatched.push(operation);
                    }
                    silent.extend(found.map(|(alert, because)| {
                        let role = format!("names {}, but {because}", short(operation));
                        (alert.id.as_str().to_owned(), role)
                    }));
                }
            }
        }
    }
    match (unwatched.as_slice(), undecided) {
        ([], Some(undecided)) => return Err(undecided),
        ([], None) if asked == 0 => return Ok(Outcome::NotApplicable),
        ([], None) => return Ok(Outcome::Pass),
        _ => {}
    }
    let names: Vec<&str> = unwatched.iter().map(|operation| short(operation)).collect();
    let message = format!(
        "nobody is told of {} of {asked} critical operations: {}",
        unwatched.len(),
        names.join(", ")
    );
    let mut defect = Defect::at("", message)
        .observed(unwatched)
        .expected("an enabled alert with a live action group for each");
    defect.related = silent;
    Outcome::fail(defect)
}

/// Where an operation would be done: to the vault or in it, or to the guards that hold it. Nowhere if it is
/// one of another kind of vault.
fn targets<'v>(vault: &'v Vault<'_>, operation: &str) -> Result<Vec<ResourceId<'v>>, Reason> {
    let is_on = |kind: Kind| {
        let (name, rest) = operation.split_at_checked(kind.type_name().len()).unwrap_or_default();
        name.eq_ignore_ascii_case(kind.type_name()) && rest.starts_with('/')
    };
    if is_on(vault.resource.kind) {
        return Ok(vec![ResourceId::new(vault.resource.id.as_str())]);
    }
    if !is_on(Kind::ResourceGuard) {
        return Ok(Vec::new());
    }
    match (&vault.guard_links, vault.guard_flag()) {
        // What says that it has no guard needs no list of them.
        (Fact::Unknown(_), Fact::Known(GuardFlag::Off)) => Ok(Vec::new()),
        (Fact::Unknown(_), Fact::Absent) if !vault.is_recovery_services() => Ok(Vec::new()),
        (Fact::Unknown(reason), _) => Err(*reason),
        _ => Ok(vault.guards().map(ResourceId::new).collect()),
    }
}

/// The end of an operation's name: what it is done to, and what is done.
fn short(operation: &str) -> &str {
    let kept = if operation.to_ascii_lowercase().ends_with("/action") { 3 } else { 2 };
    operation.rmatch_indices('/').nth(kept - 1).map_or(operation, |(at, _)| &operation[at + 1..])
}
