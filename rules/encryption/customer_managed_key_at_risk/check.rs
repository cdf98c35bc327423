//! The key that encrypts the backups can be lost, or the vault can no longer use it.

use crate::inventory::{
    Fact, KeyReference, KeyUse, KeyVault, Kind, Reason, Span, Vault, VaultKey, placeholder,
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
    match context.estate.key_vault_of(&key) {
        Some(store) => {
            looks.extend([purge_protection(store), soft_delete(store), firewall(store)]);
            looks.push(same_group(vault, store, context));
            looks.extend(key_itself(store, &key, context));
            looks.push(permissions(vault, store, &key, context));
        }
        None => looks.push(Err(unread_store(vault, context))),
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

fn unread_store(vault: &Vault<'_>, context: &Context<'_, '_>) -> Undecided {
    let subscription = vault.resource.id.subscription().unwrap_or_default();
    let scope = format!("/subscriptions/{subscription}");
    let gap = context.estate.coverage.list_of(&scope, Kind::KeyVault).err();
    let outside = context.estate.coverage.is_declared().then_some(Reason::OutsideThisSource);
    let reason = outside.or(gap).unwrap_or(Reason::NotCollected);
    Undecided::because(reason, "the key vault that holds its key was not read")
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

fn firewall(store: KeyVault<'_, '_>) -> Look {
    let path = "related.key_vault.properties.networkAcls.bypass";
    let shut = store.shuts_out_backup().map_err(|(reason, path)| {
        let path = format!("related.key_vault.{path}").into();
        Undecided { reason, path, message: String::new() }
    })?;
    let message =
        "its firewall denies, and lets no trusted service in: Azure Backup cannot reach the key";
    Ok(shut.then(|| about(store, path, message).observed("None").expected("AzureServices")))
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
    match context.estate.key_in(store, key) {
        Ok(Some(found)) => [disabled(store, found), expiring(store, found, context)],
        Ok(None) => {
            let message = "it has no such key any more";
            let defect = about(store, "related.key", message).expected(key.name.as_str());
            [Ok(Some(defect)), Ok(None)]
        }
        Err(reason) => {
            [Err(Undecided::because(reason, "the key that encrypts it was not read")), Ok(None)]
        }
    }
}

fn disabled(store: KeyVault<'_, '_>, key: VaultKey<'_, '_>) -> Look {
    let path = "related.key.properties.attributes.enabled";
    switch(store, path, key.enabled(), true, "the key is disabled: backups and restores fail")
}

fn expiring(store: KeyVault<'_, '_>, key: VaultKey<'_, '_>, context: &Context<'_, '_>) -> Look {
    let path = "related.key.properties.attributes.exp";
    let Some(expires) = key.expires().decide(path)? else { return Ok(None) };
    let days = context.parameters.integer("expiry-days");
    if expires.since(context.now) > Span::days(days) {
        return Ok(None);
    }
    let message = if expires.since(context.now) <= Span::days(0) {
        format!("the key expired on {expires}")
    } else {
        format!("the key expires on {expires}, within {days} days")
    };
    Ok(Some(about(store, path, message).observed(expires.to_string())))
}

fn permissions(
    vault: &Vault<'_>,
    store: KeyVault<'_, '_>,
    key: &KeyReference,
    context: &Context<'_, '_>,
) -> Look {
    let principal = vault.key_principal().map_err(|(reason, path)| Undecided {
        reason,
        path: path.into(),
        message: "the identity that uses its key is unknown".to_owned(),
    })?;
    let Some(principal) = principal else {
        let message = "the identity that its encryption uses is no longer assigned to it";
        return Ok(Some(Defect::at("identity", message)));
    };
    let lacks = context.estate.lacks_on_key(store, key, &principal).map_err(|reason| {
        Undecided::because(
            reason,
            format!("what identity {principal} may do with the key is unknown"),
        )
    })?;
    if lacks.is_empty() {
        return Ok(None);
    }
    let lacks: Vec<&str> = lacks.into_iter().map(KeyUse::name).collect();
    let message = format!("its identity {principal} lacks {} on the key", lacks.join(", "));
    let path = if store.goes_by_roles() == Fact::Known(true) {
        "related.role_assignments"
    } else {
        "related.key_vault.properties.accessPolicies"
    };
    let id = store.resource.id.as_str();
    Ok(Some(Defect::at(path, message).expected(lacks).related(id, KEY_VAULT)))
}

fn about(store: KeyVault<'_, '_>, path: &'static str, message: impl Into<String>) -> Defect {
    let id = store.resource.id.as_str();
    let message = format!("key vault {}: {}", store.resource.id.name(), message.into());
    Defect::at(path, message).related(id, KEY_VAULT)
}
