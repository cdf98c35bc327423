//! The key that encrypts the vault: P31.

use super::super::check::Judged;
use super::Case;
use crate::inventory::{KeyFault, KeyLook, KeyPlace, KeyReference, KeyVault, Reason, Vault, id};

/// P31: the vault can use its key. The same is a finding of `customer-managed-key-at-risk`.
pub(super) fn can_be_used(case: &Case<'_, '_, '_>) -> Judged {
    judge(case).unwrap_or_else(|judged| judged)
}

fn judge(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let vault = case.vault()?;
    let (at, path) = (vault.resource.id.as_str(), vault.key_path());
    let unread =
        |reason, says: &'static str| Judged::unknown(reason, says).at(at, path, "not read");
    let uri = vault.resource.text(path).optional();
    let uri = uri.map_err(|reason| {
        unread(reason, "whether a key of one's own encrypts the vault was not read")
    })?;
    let Some(uri) = uri.filter(|uri| !uri.trim().is_empty()) else {
        return Ok(Judged::not_applicable("Microsoft keeps the key that encrypts the vault"));
    };
    let Some(key) = KeyReference::parse(&uri) else {
        let says = "the key of the vault is named by something that is no key URI";
        return Err(Judged::unknown(Reason::UnrecognisedValue, says).at(at, path, uri));
    };
    let Some(store) = case.estate.key_vault_of(&key) else {
        let reason = case.estate.key_vault_unread(vault);
        return Err(Judged::unknown(
            reason,
            "the key vault that holds the key of the vault was not read",
        )
        .at(at, path, uri));
    };
    let [works, expiry] = case.estate.key_works(store, &key, case.when);
    let may = case.estate.may_use_key(vault, store, &key);
    let looks = [store.firewall(), works, expiry, may];
    Err(against(vault, store, &key, looks).unwrap_or_else(|| {
        Judged::pass("the key is there, enabled and in date, and the vault may use it")
            .at(at, path, uri)
    }))
}

/// What keeps the vault from using its key, or else what of that cannot be told.
fn against(
    vault: &Vault<'_>,
    store: KeyVault<'_, '_>,
    key: &KeyReference,
    looks: [KeyLook; 4],
) -> Option<Judged> {
    let owner = |place| match place {
        KeyPlace::Vault => vault.resource.id.as_str().to_owned(),
        KeyPlace::KeyVault | KeyPlace::Roles => store.resource.id.as_str().to_owned(),
        KeyPlace::Key => format!("{}/keys/{}", store.resource.id.as_str(), key.name),
    };
    let mut doubt = None;
    for look in looks {
        match look {
            Ok(None) => {}
            Ok(Some(fault)) => {
                let (place, path) = fault.place(store);
                let name = id::name_of(store.resource.id.as_str());
                let says = match fault {
                    KeyFault::NoIdentity | KeyFault::Lacks { .. } => fault.says(),
                    _ => format!("key vault {name}: {}", fault.says()).into(),
                };
                return Some(Judged::stops(says).at(owner(place), path, fault.observed()).fix(
                    "let the vault use its key again: until then neither backups nor restores run",
                ));
            }
            Err(unknown) => {
                doubt.get_or_insert_with(|| {
                    let (place, path) = unknown.at.unwrap_or((KeyPlace::KeyVault, ""));
                    Judged::unknown(unknown.reason, unknown.says).at(owner(place), path, "not read")
                });
            }
        }
    }
    doubt
}
