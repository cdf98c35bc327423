//! Which storage accounts restores from a vault may be staged in, as the configuration declares.

use crate::inventory::{Estate, Kind, Vault, same_region};
use crate::review::Staging;
use crate::rule::Declarations;

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
        let other = crate::inventory::id::subscription_of(account).unwrap_or_default();
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
