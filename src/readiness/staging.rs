//! Which storage accounts restores from a vault may be staged in, as the configuration declares, and which of them
//! fits best.

use super::ground::Ground;
use super::verdict::{rank, rank_of_stop};
use crate::inventory::{Estate, Kind, Vault, id, same_region};
use crate::review::unasked::{Subject, judge, no_account};
use crate::review::{Check, Judged, Request, Who};
use crate::rule::Declarations;

/// Which storage accounts restores from a vault may be staged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Staging {
    /// These, by id.
    Declared(Vec<String>),
    /// Any of the vault's subscription.
    Any,
}

/// Where accounts are declared, only those count that serve the vault: by `serves`, or else as accounts of its
/// subscription. An account that is named by its id counts though it was not read: it may be gone.
pub(super) fn of(declared: &Declarations, estate: &Estate<'_>, vault: &Vault<'_>) -> Staging {
    let staging = &declared.staging;
    if staging.accounts.is_empty() && staging.serves.is_empty() {
        return Staging::Any;
    }
    let read = estate.of_kind(Kind::StorageAccount).filter(|account| staging.names(account));
    let mut accounts: Vec<String> = read.map(|account| account.id.as_str().to_owned()).collect();
    let named = staging.named.iter().map(|named| named.text.as_str());
    let named = named.filter(|id| id.starts_with('/') && !id.contains(['*', '?', '[', '{']));
    for id in named {
        if !accounts.iter().any(|known| known.eq_ignore_ascii_case(id)) {
            accounts.push(id.to_owned());
        }
    }
    accounts.retain(|account| serves(declared, account, vault));
    Staging::Declared(accounts)
}

fn serves(declared: &Declarations, account: &str, vault: &Vault<'_>) -> bool {
    let entries = declared.staging.serves.iter().filter(|serves| (serves.account)(account));
    let mut targets = entries.flat_map(|entry| &entry.targets).peekable();
    if targets.peek().is_none() {
        let own = vault.resource.id.subscription().unwrap_or_default();
        let other = id::subscription_of(account).unwrap_or_default();
        return own.eq_ignore_ascii_case(other);
    }
    let region = vault.region().known().unwrap_or_default();
    targets.any(|target| {
        if target.text.contains('/') {
            (target.is_vault)(vault.resource.id.as_str())
        } else {
            !region.is_empty() && same_region(&region, &target.text)
        }
    })
}

/// The staging account that fits best, and what can be said of it.
pub(super) fn choose<'e, 'a>(
    ground: Ground<'_, '_, 'e, 'a>,
    request: &Request,
    who: &Who<'e>,
    subject: &Subject<'e, 'a>,
    accounts: &Staging,
) -> (Option<String>, Judged) {
    let own: Vec<String>;
    let candidates = match accounts {
        Staging::Declared(named) => named,
        Staging::Any => {
            let subscription = id::subscription_of(subject.on).unwrap_or_default();
            let all = ground.basis.estate.of_kind(Kind::StorageAccount);
            let near = all.filter(|account| {
                let other = account.id.subscription().unwrap_or_default();
                other.eq_ignore_ascii_case(subscription)
            });
            own = near.map(|account| account.id.as_str().to_owned()).collect();
            &own
        }
    };
    let mut best: Option<(u8, String, Judged)> = None;
    for account in candidates {
        let mut request = request.clone();
        request.arguments.staging_account = Some(account.clone());
        let case = ground.case(&request, who, subject);
        let Some(Check { judged, .. }) = judge(&case, "P12") else { continue };
        let rank = rank(judged.answer);
        if best.as_ref().is_none_or(|(known, ..)| rank < *known) {
            best = Some((rank, account.clone(), judged));
        }
        if rank == 0 {
            break;
        }
    }
    let is_declared = *accounts != Staging::Any;
    match best {
        // Of accounts that nobody meant for it, none is to blame.
        Some((rank, account, judged)) if is_declared || rank < rank_of_stop() => {
            (Some(account), judged)
        }
        _ => (None, no_account(&ground.case(request, who, subject), is_declared)),
    }
}
