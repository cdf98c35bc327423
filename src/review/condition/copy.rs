//! What is left when backups stop, and what can be brought back: P26 and P29.

use super::super::check::Judged;
use super::{Case, count, history};
use crate::inventory::{Fact, Protection, Reason, ResourceId, Span, TimeLeft, Vault, id};

/// P26: the last good point, and other copies of the data.
pub(super) fn other_copies(case: &Case<'_, '_, '_>) -> Judged {
    if case.operation() == "unregister-container" {
        return of_container(case);
    }
    judge_copies(case).unwrap_or_else(|judged| judged)
}

fn judge_copies(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let item = case.item()?;
    let at = item.resource.id.as_str();
    let newest = history::newest(case, item).map_err(|reason| {
        Judged::unknown(reason, "when it was backed up last was not read").at(
            at,
            "properties.lastRecoveryPoint",
            "not read",
        )
    })?;
    let Some(newest) = newest else {
        return Ok(Judged::decides("it has no recovery point: nothing can be restored from it")
            .at(at, "properties.lastRecoveryPoint", "none"));
    };
    let age = case.when.since(newest);
    let copies = copies(case, item);
    let deletes = case.operation() == "stop-delete-data";
    let judged = match copies {
        Ok(Some(other)) => Judged::pass(format!(
            "its last point is {age} old; the data is also protected in vault {}",
            vault_of(other)
        ))
        .at(other, "", "another copy"),
        Ok(None) if deletes => Judged::decides(format!(
            "its last point is {age} old, and no other copy of the data is known"
        ))
        .fix("make a copy elsewhere first, or keep the points"),
        Err((reason, vault)) if deletes => Judged::unknown(
            reason,
            "whether there is another copy of the data was not read",
        )
        .at(vault, "protectedItems", "not read"),
        _ => Judged::pass(format!("its last point is {age} old, and stays")),
    };
    Ok(judged.at(at, "properties.lastRecoveryPoint", newest.to_string()))
}

fn vault_of(item: &str) -> &str {
    id::vault_of(item).map_or(item, id::name_of)
}

/// Another item that protects the same data; or else why nobody can tell, and where it would stand.
fn copies<'e>(
    case: &Case<'_, 'e, '_>,
    item: &'e Protection<'_>,
) -> Result<Option<&'e str>, (Reason, &'e str)> {
    let own = item.resource.id.as_str();
    let datasource = item.datasource.as_ref().absent_is_unknown(Reason::NotCollected).optional();
    let datasource = datasource.map_err(|reason| (reason, own))?.map_or("", AsRef::as_ref);
    let is_other = |other: &&Protection<'_>| {
        matches!(&other.datasource, Fact::Known(found) if id::same(found, datasource))
            && !id::same(other.resource.id.as_str(), own)
            && other.is_active() == Ok(true)
    };
    // The index says whether there is any; the walk, which one.
    if case.estate.protections_of(&ResourceId::new(datasource)).count() > 1
        && let Some(found) = case.estate.protections.iter().find(is_other)
    {
        return Ok(Some(found.resource.id.as_str()));
    }
    // A vault protects machines of its own subscription only.
    let is_elsewhere = !item.protects_whole_machines();
    let near = id::subscription_of(datasource).unwrap_or_default();
    let may_hold = |vault: &&Vault<'_>| {
        let subscription = vault.resource.id.subscription().unwrap_or_default();
        is_elsewhere || subscription.eq_ignore_ascii_case(near)
    };
    let mut vaults = case.estate.vaults.iter().filter(may_hold);
    let unread =
        vaults.find_map(|vault| Some((vault.items_read.err()?, vault.resource.id.as_str())));
    unread.map_or(Ok(None), Err)
}

/// Of a container: what it holds has to be stopped first.
fn of_container(case: &Case<'_, '_, '_>) -> Judged {
    let vault = match case.vault() {
        Ok(vault) => vault,
        Err(judged) => return judged,
    };
    let on = case.subject.on;
    let inside: Vec<&Protection<'_>> = case
        .estate
        .protections_in(vault.resource.id.as_str())
        .filter(|item| id::is_within(item.resource.id.as_str(), on))
        .collect();
    let active: Vec<&&Protection<'_>> =
        inside.iter().filter(|item| item.is_active() != Ok(false)).collect();
    if !active.is_empty() {
        let mut judged =
            Judged::stops(format!("{} of it are still protected", count(active.len(), "item")))
                .fix("stop their protection first");
        for item in active.iter().take(10) {
            judged = judged.at(item.resource.id.as_str(), item.state_path(), "active");
        }
        return judged;
    }
    if let Err(reason) = vault.items_read {
        return Judged::unknown(reason, "the items of the container were not all read")
            .at(on, "", "not read");
    }
    Judged::pass(format!("none of its {} is protected any more", count(inside.len(), "item"))).at(
        on,
        "",
        "nothing active",
    )
}

/// P29: the item is soft-deleted, and how many days are left.
pub(super) fn can_be_undeleted(case: &Case<'_, '_, '_>) -> Judged {
    let on = case.subject.on;
    let left = match (case.subject.item, case.subject.deleted) {
        (_, Some(deleted)) => deleted.time_left(case.now),
        (Some(item), _) => {
            match item.is_soft_deleted() {
                Ok(true) => item.time_left(case.estate, case.now),
                Ok(false) => {
                    return Judged::stops("it is not soft-deleted: there is nothing to bring back")
                        .at(on, item.soft_deleted_path(), "false");
                }
                Err(reason) => {
                    return Judged::unknown(reason, "whether it is soft-deleted was not read").at(
                        on,
                        item.soft_deleted_path(),
                        "not read",
                    );
                }
            }
        }
        (None, None) => {
            let reason = case.subject.unread.unwrap_or(Reason::NotCollected);
            return Judged::unknown(reason, "the deleted item was not read").at(on, "", "not read");
        }
    };
    match left {
        Ok(TimeLeft { path, left }) => {
            let left = Span(left.0 - case.when.since(case.now).0);
            if left <= Span(0) {
                Judged::stops("its data is due to be purged by then").at(on, path, "due")
            } else {
                Judged::pass(format!("it is soft-deleted, and {left} are left")).at(
                    on,
                    path,
                    left.to_string(),
                )
            }
        }
        Err((reason, path)) => Judged::unknown(reason, "how long its data is kept was not read")
            .at(on, path, "not read"),
    }
}
