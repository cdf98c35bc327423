//! A change destroys backups, or what they depend on.

use crate::change::{Changes, Deed, Radius, ResourceChange, radius};
use crate::inventory::{Fact, Kind, Resource, id};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges what becomes of each resource of backup.
pub const CHECK: Check = Check::Change(check);

/// More names than these help nobody.
const LISTED: usize = 10;

fn check<'a>(
    change: &ResourceChange<'a>,
    changes: &Changes<'_, 'a>,
    _: &Context<'_, 'a>,
) -> Verdict {
    let (verb, deed) = match change.deed {
        Deed::Kept | Deed::Updated => return Ok(Outcome::Pass),
        Deed::Created | Deed::Released => return Ok(Outcome::NotApplicable),
        Deed::Unknown(reason) => {
            let message = format!("whether the {} is destroyed is unknown", change.noun());
            return Err(Undecided::because(reason, message));
        }
        Deed::Destroyed => ("is destroyed", "destroyed"),
        Deed::Replaced => ("is destroyed and made anew", "replaced"),
    };
    let hit = radius(change, changes);
    if !is_of_use(change.resource(), &hit, changes)? {
        return Ok(Outcome::NotApplicable);
    }
    let (path, cause) = cause(change);
    let message = format!("the {} {verb}{cause}{}", change.noun(), hit.clause());
    let defect = Defect::at(path, message).observed(deed).expected("kept");
    let names = hit.names(changes.before, LISTED).into_iter();
    Outcome::fail(names.fold(defect, |defect, (id, what)| defect.related(id, what)))
}

/// A policy without items keeps nothing, and a lock counts that holds something of backup.
fn is_of_use(
    resource: &Resource<'_>,
    hit: &Radius<'_, '_>,
    changes: &Changes<'_, '_>,
) -> Result<bool, Undecided> {
    match resource.kind {
        Kind::RecoveryServicesPolicy | Kind::BackupVaultPolicy if hit.items.is_empty() => {
            let unknown = |reason| Undecided::because(reason, "whether items use it is unknown");
            if let Fact::Unknown(reason) = resource.fact("properties") {
                return Err(unknown(reason));
            }
            hit.is_whole.map_err(unknown).map(|()| false)
        }
        Kind::Lock => holds_backups(resource, hit, changes),
        _ => Ok(true),
    }
}

fn holds_backups(
    lock: &Resource<'_>,
    hit: &Radius<'_, '_>,
    changes: &Changes<'_, '_>,
) -> Result<bool, Undecided> {
    let scope = id::parent_of(lock.id.as_str()).unwrap_or("/");
    let kind = id::type_of(scope).map_or(Kind::Other, |name| Kind::of_type(&name));
    let guards = || changes.before.of_kind(Kind::ResourceGuard);
    if kind.is_vault()
        || kind == Kind::ResourceGuard
        || !hit.vaults.is_empty()
        || guards().any(|guard| guard.id.is_within(scope))
    {
        return Ok(true);
    }
    let message = "whether it holds a vault or a resource guard is unknown";
    for kind in [Kind::RecoveryServicesVault, Kind::BackupVault, Kind::ResourceGuard] {
        let read = changes.before.coverage.list_of(scope, kind);
        read.map_err(|reason| Undecided::because(reason, message))?;
    }
    Ok(false)
}

/// The property that forces a replacement, and how it moves.
fn cause(change: &ResourceChange<'_>) -> (String, String) {
    let Some(forced) = change.forced_by.first() else { return Default::default() };
    let shown = |resource: Option<&Resource<'_>>| {
        let value = resource.and_then(|resource| resource.fact(forced).known());
        value.map(|value| match value.to_json() {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        })
    };
    let moves = match (shown(change.before()), shown(change.after())) {
        (Some(before), Some(after)) => format!(" goes from {before} to {after}"),
        _ => " changes".to_owned(),
    };
    let path =
        if change.resource().find(forced).is_there() { forced.clone() } else { String::new() };
    (path, format!(", because `{forced}`{moves}"))
}
