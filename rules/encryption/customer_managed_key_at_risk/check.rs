//! The key that encrypts the backups can be lost, or the vault can no longer use it.

use std::borrow::Cow;

use crate::inventory::{
    Fact, KeyDoubt, KeyFault, KeyLook, KeyPlace, KeyReference, KeyUse, KeyVault, Reason, Span,
    Vault, placeholder,
};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

/// What one look at the key says: a defect, or none.
type Look = Result<Option<Defect>, Undecided>;

const KEY_VAULT: &str = "the key vault that holds its key";

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let path = vault.key_path();
    let uri = vault.resource.text(path).decide(path)?;
    let Some(uri) = uri.filter(|uri| !uri.trim().is_empty()) else {
        return Ok(Outcome::NotApplicable);
    };
    let Some(key) = KeyReference::parse(&uri) else {
        return Err(Undecided {
            reason: Reason::UnrecognisedValue,
            path: path.into(),
            message: "its key is named by something that is no key URI".to_owned(),
        });
    };
    let mut looks = vec![Ok(pinned(path, &uri, &key))];
    if let Some(store) = context.estate.key_vault_of(&key) {
        looks.extend([purge_protection(store), soft_delete(store)]);
        looks.push(look(store, store.firewall()));
        looks.push(same_group(vault, store, context));
        looks.extend(key_itself(store, &key, context));
        looks.push(look(store, context.estate.may_use_key(vault, store, &key)));
    } else {
        let reason = context.estate.key_vault_unread(vault);
        let message = "the key vault that holds its key was not read";
        looks.push(Err(Undecided::because(reason, message)));
    }
    let mut defects = Vec::new();
    let mut undecided = None;
    for look in looks {
        match look {
            Ok(defect) => defects.extend(defect),
            Err(unknown) => undecided = undecided.or(Some(unknown)),
        }
    }
    match undecided {
        _ if !defects.is_empty() => Ok(Outcome::Fail(defects)),
        Some(undecided) => Err(undecided),
        None => Ok(Outcome::Pass),
    }
}

fn pinned(path: &'static str, uri: &str, key: &KeyReference) -> Option<Defect> {
    key.version.as_ref()?;
    let message =
        "its key is pinned to one version, which goes on encrypting when the key is rotated";
    Some(Defect::at(path, message).observed(uri).expected(key.versionless()))
}

/// A switch that should be on.
fn switch(
    store: KeyVault<'_, '_>,
    path: &'static str,
    value: Fact<bool>,
    default: bool,
    message: &str,
) -> Look {
    let on = value.decide(path)?.unwrap_or(default);
    Ok((!on).then(|| about(store, path, message).observed(false).expected(true)))
}

/// Azure leaves purge protection out while it is off.
fn purge_protection(store: KeyVault<'_, '_>) -> Look {
    let path = "related.key_vault.properties.enablePurgeProtection";
    let message = "purge protection is off: whoever purges the key makes every backup unreadable";
    switch(store, path, store.purge_protection(), false, message)
}

fn soft_delete(store: KeyVault<'_, '_>) -> Look {
    let path = "related.key_vault.properties.enableSoftDelete";
    switch(
        store,
        path,
        store.soft_delete(),
        true,
        "soft delete is off: a deleted key is gone at once",
    )
}

fn same_group(vault: &Vault<'_>, store: KeyVault<'_, '_>, context: &Context<'_, '_>) -> Look {
    let group = store.resource.id.resource_group_id();
    let Some(group) = group.filter(|_| context.parameters.boolean("same-group-fails")) else {
        return Ok(None);
    };
    let fails = placeholder::within(vault.resource.id.as_str(), group).ok_or_else(|| {
        let message = "whether its key vault lies in its own resource group is not known";
        Undecided::because(Reason::UnresolvedExpression, message)
    })?;
    let message = "it lies in the vault's own resource group: one deletion takes both";
    Ok(fails.then(|| about(store, "related.key_vault.id", message).observed(group)))
}

fn key_itself(store: KeyVault<'_, '_>, key: &KeyReference, context: &Context<'_, '_>) -> [Look; 2] {
    let [works, expiry] = context.estate.key_works(store, key, context.now);
    let expiry = match expiry {
        Ok(None) => expiring(store, key, context),
        other => look(store, other),
    };
    [look(store, works), expiry]
}

/// A key that has not expired yet, and will soon.
fn expiring(store: KeyVault<'_, '_>, key: &KeyReference, context: &Context<'_, '_>) -> Look {
    let Ok(Some(found)) = context.estate.key_in(store, key) else { return Ok(None) };
    let Fact::Known(expires) = found.expires() else { return Ok(None) };
    let days = context.parameters.integer("expiry-days");
    if expires.since(context.now) > Span::days(days) {
        return Ok(None);
    }
    let message = format!("the key expires on {expires}, within {days} days");
    let path = "related.key.properties.attributes.exp";
    Ok(Some(about(store, path, message).observed(expires.to_string())))
}

/// What keeps the vault from using its key, as a defect.
fn look(store: KeyVault<'_, '_>, found: KeyLook) -> Look {
    let Some(fault) = found.map_err(undecided)? else { return Ok(None) };
    let path = path_of(fault.place(store));
    let defect = match &fault {
        KeyFault::NoIdentity => Defect::at(path, fault.says()),
        KeyFault::Lacks { uses, .. } => {
            let lacks: Vec<&str> = uses.iter().copied().map(KeyUse::name).collect();
            let id = store.resource.id.as_str();
            Defect::at(path, fault.says()).expected(lacks).related(id, KEY_VAULT)
        }
        _ => about(store, path, fault.says()),
    };
    Ok(Some(match fault {
        KeyFault::ShutOut => defect.observed("None").expected("AzureServices"),
        KeyFault::Gone { name } => defect.expected(name),
        KeyFault::Disabled => defect.observed(false).expected(true),
        KeyFault::Expired(time) => defect.observed(time.to_string()),
        KeyFault::NoIdentity | KeyFault::Lacks { .. } => defect,
    }))
}

fn undecided(doubt: KeyDoubt) -> Undecided {
    let path = doubt.at.map(path_of).unwrap_or_default();
    Undecided { reason: doubt.reason, path: path.into(), message: doubt.says.into_owned() }
}

/// As rules name what a vault is joined with.
fn path_of((place, path): (KeyPlace, &'static str)) -> String {
    let place = match place {
        KeyPlace::Vault => return path.to_owned(),
        KeyPlace::KeyVault => "related.key_vault",
        KeyPlace::Key => "related.key",
        KeyPlace::Roles => "related.role_assignments",
    };
    if path.is_empty() { place.to_owned() } else { format!("{place}.{path}") }
}

fn about(
    store: KeyVault<'_, '_>,
    path: impl Into<Cow<'static, str>>,
    message: impl Into<String>,
) -> Defect {
    let id = store.resource.id.as_str();
    let message = format!("key vault {}: {}", store.resource.id.name(), message.into());
    Defect::at(path, message).related(id, KEY_VAULT)
}
