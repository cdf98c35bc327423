//! What is known for a whole vault, and so is judged once for all its items: a matrix has a million of them.

use super::Basis;
use super::ground::Ground;
use super::staging::{self, Staging};
use crate::access::operation::{Operation, precondition};
use crate::inventory::{Estate, Kind, id};
use crate::review::unasked::{Subject, judge, somebody_holds_all};
use crate::review::{Arguments, Check, Request, Who};

/// What is the same for all items of a vault: the way to it, its key, the staging account, and whether anybody may
/// do it.
pub(super) const OF_VAULT: [&str; 4] = ["P6", "P12", "P30", "P31"];

/// What is the same for every item of a vault, of one operation.
pub(super) struct Standing<'e> {
    /// The operation, with the staging account.
    pub request: Request,
    /// Who may do it.
    pub who: Who<'e>,
    /// The preconditions of the vault.
    pub checks: Vec<Check>,
}

/// Every vault that was read, and every other one that an item names.
pub(super) fn vault_ids<'e>(estate: &'e Estate<'_>) -> Vec<&'e str> {
    let mut ids: Vec<&str> = estate.vaults.iter().map(|vault| vault.resource.id.as_str()).collect();
    let mut last = "";
    for item in estate.protections.iter() {
        let Some(vault) = item.vault_id() else { continue };
        if !id::same(vault, last) && estate.vault_holding(item).is_none() {
            ids.push(vault);
        }
        last = vault;
    }
    ids.sort_by_key(|vault| vault.to_ascii_lowercase());
    ids.dedup_by(|one, other| id::same(one, other));
    ids
}

/// What is to be said of a vault, operation by operation.
pub(super) fn standings<'e>(
    ground: Ground<'_, '_, 'e, '_>,
    operations: &[&'static Operation],
    vault: &'e str,
) -> Vec<Standing<'e>> {
    let Basis { estate, declared, .. } = ground.basis;
    let kind = id::type_of(vault).map_or(Kind::Other, |name| Kind::of_type(&name));
    let read = estate.vault(vault);
    let subject = Subject {
        on: vault,
        kind,
        vault: read,
        vault_id: Some(vault),
        item: None,
        deleted: None,
        policy: None,
        machine: None,
        unread: None,
    };
    let accounts = read.map_or(Staging::Any, |vault| staging::of(declared, estate, vault));
    let standing = |operation: &&'static Operation| {
        let mut request = asked(operation);
        let who = ground.ask(&request, &subject);
        let is_staged = ["restore-disks", "replace-existing"].contains(&operation.id);
        let mut checks = Vec::new();
        if is_staged && subject.is_recovery_services() {
            let (named, judged) = staging::choose(ground, &request, &who, &subject, &accounts);
            request.arguments.staging_account = named;
            checks.extend(precondition("P12").map(|precondition| Check { precondition, judged }));
        }
        let case = ground.case(&request, &who, &subject);
        checks.extend(["P6", "P31"].into_iter().filter_map(|id| judge(&case, id)));
        let judged = somebody_holds_all(&case);
        checks.extend(precondition("P30").map(|precondition| Check { precondition, judged }));
        Standing { request, who, checks }
    };
    operations.iter().map(standing).collect()
}

/// A request that says nothing but the operation.
fn asked(operation: &'static Operation) -> Request {
    Request {
        operation,
        ticket: None,
        reason: None,
        caller: None,
        approved_by: None,
        targets: Vec::new(),
        select: None,
        window: None,
        arguments: Arguments::default(),
    }
}
