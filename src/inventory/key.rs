//! Keys that encrypt backups: the key a vault names, the key vault that holds it, and whether the
//! vault's identity may use it.
//!
//! Permissions are read as far as one identity needs them: its own access policies or role
//! assignments. What a group may grant is unknown, never "no".

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::{
    Completeness, Estate, Fact, Found, Kind, List, Reason, Resource, RoleAssignment,
    RoleDefinition, Section, Time, Vault, View, id, placeholder,
};

/// A key by its URI: `https://HOST/keys/NAME`, or with a version behind that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyReference {
    host: String,
    /// The key's name.
    pub name: String,
    /// The one version it names; without one, whatever is newest.
    pub version: Option<String>,
}

impl KeyReference {
    /// Reads a URI.
    pub fn parse(uri: &str) -> Option<Self> {
        let (scheme, rest) = uri.trim().split_once("://")?;
        let mut parts = rest.trim_end_matches('/').split('/');
        let host = parts.next()?.trim_end_matches(":443").to_ascii_lowercase();
        let (keys, name, version) = (parts.next()?, parts.next()?, parts.next());
        let whole = scheme.eq_ignore_ascii_case("https")
            && keys.eq_ignore_ascii_case("keys")
            && !host.is_empty()
            && !name.is_empty()
            && parts.next().is_none();
        whole.then(|| Self { host, name: name.to_owned(), version: version.map(str::to_owned) })
    }

    /// The URI without a version, which follows the key's rotation.
    pub fn versionless(&self) -> String {
        format!("https://{}/keys/{}", self.host, self.name)
    }
}

/// What a vault's identity does with its key
/// (<https://learn.microsoft.com/azure/backup/encryption-at-rest-with-cmk>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// Reads the public part.
    Get,
    /// Wraps a data key.
    Wrap,
    /// Unwraps it again, which every restore needs.
    Unwrap,
}

impl KeyUse {
    const ALL: [Self; 3] = [Self::Get, Self::Wrap, Self::Unwrap];

    /// As access policies spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Wrap => "wrapKey",
            Self::Unwrap => "unwrapKey",
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Get => "Microsoft.KeyVault/vaults/keys/read",
            Self::Wrap => "Microsoft.KeyVault/vaults/keys/wrap/action",
            Self::Unwrap => "Microsoft.KeyVault/vaults/keys/unwrap/action",
        }
    }
}

/// Built-in roles that grant all three uses, for estates without role definitions
/// (<https://learn.microsoft.com/azure/key-vault/general/rbac-guide>).
const KEY_ROLES: [&str; 4] = [
    // Key Vault Administrator
    "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    // Key Vault Crypto Officer
    "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
    // Key Vault Crypto Service Encryption User
    "e147488a-f6f5-4113-8e2d-b22465e65bf6",
    // Key Vault Crypto User
    "12338af0-0e69-4776-bea7-57ae8d297424",
];

/// A fact that is unknown: why, and where it would stand.
pub type Unread = (Reason, &'static str);

/// With which identity a vault does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsedIdentity {
    /// Its own, which goes with it.
    Own,
    /// One that is assigned to it, by its id.
    Assigned(String),
    /// It does not say.
    Unsaid,
}

impl UsedIdentity {
    fn of(is_own: bool, assigned: Option<String>) -> Self {
        match assigned {
            _ if is_own => Self::Own,
            Some(assigned) => Self::Assigned(assigned),
            None => Self::Unsaid,
        }
    }
}

/// The key vault that holds a key.
#[derive(Clone, Copy, Debug)]
pub struct KeyVault<'e, 'a> {
    /// Who it is.
    pub resource: &'e Resource<'a>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Policies<'a> {
    #[serde(borrow)]
    access_policies: List<Section<AccessPolicy<'a>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct AccessPolicy<'a> {
    #[serde(borrow)]
    object_id: Fact<Cow<'a, str>>,
    /// With it, the policy holds only for that application in the name of this object.
    #[serde(borrow)]
    application_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    permissions: Section<Permissions<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Permissions<'a> {
    #[serde(borrow)]
    keys: List<Fact<Cow<'a, str>>>,
}

impl AccessPolicy<'_> {
    fn grants(&self, wanted: KeyUse) -> Result<bool, Reason> {
        let Some(permissions) = self.permissions.optional()? else { return Ok(false) };
        let mut doubt = None;
        for name in permissions.keys.optional()? {
            match name {
                Fact::Known(name)
                    if name.eq_ignore_ascii_case(wanted.name())
                        || name.eq_ignore_ascii_case("all") =>
                {
                    return Ok(true);
                }
                Fact::Unknown(reason) => doubt = Some(*reason),
                Fact::Known(_) | Fact::Absent => {}
            }
        }
        doubt.map_or(Ok(false), Err)
    }
}

impl KeyVault<'_, '_> {
    /// Whether a deleted key can be kept from being purged. Azure leaves it out while it is off.
    pub fn purge_protection(&self) -> Fact<bool> {
        flag(self.resource, "properties.enablePurgeProtection")
    }

    /// Whether a deleted key can be brought back.
    pub fn soft_delete(&self) -> Fact<bool> {
        flag(self.resource, "properties.enableSoftDelete")
    }

    /// Whether role assignments count, and its access policies do not.
    pub fn goes_by_roles(&self) -> Fact<bool> {
        flag(self.resource, "properties.enableRbacAuthorization")
    }

    /// Whether its firewall keeps Azure Backup out: it denies by default, and makes no exception for
    /// trusted services (<https://learn.microsoft.com/azure/key-vault/general/network-security>).
    ///
    /// # Errors
    /// What is unknown.
    pub fn shuts_out_backup(&self) -> Result<bool, Unread> {
        let read = |path: &'static str| {
            self.resource.text(path).optional().map_err(|reason| (reason, path))
        };
        let is = |value: Option<String>, wanted: &str| {
            value.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        // What is not said lets trusted services in.
        if !is(read("properties.networkAcls.bypass")?, "None") {
            return Ok(false);
        }
        let denies = is(read("properties.networkAcls.defaultAction")?, "Deny");
        Ok(denies || is(read("properties.publicNetworkAccess")?, "Disabled"))
    }

    /// The uses that its access policies do not grant to a principal.
    fn lacks_by_policy(&self, principal: &str) -> Result<Vec<KeyUse>, Reason> {
        self.resource.fact("properties.accessPolicies").optional()?;
        let envelope = self.resource.envelope::<Policies<'_>>();
        let properties = envelope.map_err(|_| Reason::UnrecognisedValue)?.properties;
        let list = properties.0.optional()?.unwrap_or_default().access_policies;
        let mut policies = Vec::new();
        for policy in list.optional()? {
            policies.extend(policy.optional()?);
        }
        let whole: Vec<_> =
            policies.into_iter().filter(|policy| policy.application_id == Fact::Absent).collect();
        lacking(|wanted| {
            let mut doubt = None;
            for policy in &whole {
                let is_own = match &policy.object_id {
                    Fact::Known(object) => object.eq_ignore_ascii_case(principal),
                    Fact::Absent => continue,
                    Fact::Unknown(reason) => {
                        doubt = Some(*reason);
                        continue;
                    }
                };
                match policy.grants(wanted) {
                    Ok(true) if is_own => return Ok(true),
                    // Somebody else's: a group that this identity may belong to.
                    Ok(true) => doubt = doubt.or(Some(Reason::Conditional)),
                    Ok(false) => {}
                    Err(reason) => doubt = Some(reason),
                }
            }
            doubt.map_or(Ok(false), Err)
        })
    }
}

/// The uses that are proven not to be granted.
fn lacking(grants: impl Fn(KeyUse) -> Result<bool, Reason>) -> Result<Vec<KeyUse>, Reason> {
    let mut lacking = Vec::new();
    let mut doubt = None;
    for wanted in KeyUse::ALL {
        match grants(wanted) {
            Ok(true) => {}
            Ok(false) => lacking.push(wanted),
            Err(reason) => doubt = Some(reason),
        }
    }
    match doubt {
        Some(reason) if lacking.is_empty() => Err(reason),
        _ => Ok(lacking),
    }
}

/// A key in a key vault, or one version of it.
#[derive(Clone, Copy, Debug)]
pub struct VaultKey<'e, 'a> {
    /// Who it is.
    pub resource: &'e Resource<'a>,
}

impl VaultKey<'_, '_> {
    /// Whether it can be used. A key of which nothing is said can.
    pub fn enabled(&self) -> Fact<bool> {
        flag(self.resource, "properties.attributes.enabled")
    }

    /// When it stops to work; absent if never.
    pub fn expires(&self) -> Fact<Time> {
        self.resource.fact("properties.attributes.exp").and_then(|value| {
            let seconds = match value.to_json() {
                Json::Number(seconds) => seconds.as_i64(),
                _ => None,
            };
            seconds.map_or(Fact::Unknown(Reason::UnrecognisedValue), |at| Fact::Known(Time(at)))
        })
    }
}

/// A switch, which some tools write as text.
fn flag(resource: &Resource<'_>, path: &str) -> Fact<bool> {
    resource.fact(path).and_then(|value| match value.to_json() {
        Json::Bool(on) => Fact::Known(on),
        Json::String(text) if text.eq_ignore_ascii_case("true") => Fact::Known(true),
        Json::String(text) if text.eq_ignore_ascii_case("false") => Fact::Known(false),
        _ => Fact::Unknown(Reason::UnrecognisedValue),
    })
}

/// Key vaults by host, and who holds which role, for the few vaults that name a key.
#[derive(Debug, Default)]
pub(super) struct Grants {
    key_vaults: HashMap<String, String>,
    assignments: Vec<Assignment>,
    /// A role assignment could not be read.
    unread: bool,
    /// What a role grants, by the last segment of its id, which is the same in every scope.
    roles: HashMap<String, [bool; KeyUse::ALL.len()]>,
}

/// A role assignment, as far as a key is concerned.
#[derive(Debug)]
struct Assignment {
    principal: Option<String>,
    /// It is known to be of one principal, not of a group.
    is_single: bool,
    role: Option<String>,
    scope: Option<String>,
    is_conditional: bool,
}

impl Assignment {
    fn new(read: &RoleAssignment<'_>) -> Self {
        let known = |fact: &Fact<Cow<'_, str>>| fact.as_ref().known().map(ToString::to_string);
        let kind = known(&read.principal_type).unwrap_or_default();
        Self {
            principal: known(&read.principal),
            is_single: ["User", "ServicePrincipal"]
                .iter()
                .any(|single| single.eq_ignore_ascii_case(&kind)),
            role: known(&read.role).map(|role| id::name_of(&role).to_ascii_lowercase()),
            scope: known(&read.scope),
            is_conditional: !matches!(read.condition, Fact::Absent),
        }
    }

    fn is_of(&self, principal: &str) -> bool {
        self.principal.as_ref().is_some_and(|found| found.eq_ignore_ascii_case(principal))
    }

    /// Whether it holds at a key, or may do so.
    fn reaches(&self, key: &str) -> bool {
        self.scope.as_ref().is_none_or(|scope| placeholder::within(key, scope) != Some(false))
    }
}

impl Grants {
    fn new(estate: &Estate<'_>) -> Self {
        let mut grants = Self::default();
        for vault in estate.of_kind(Kind::KeyVault) {
            let uri = vault.text("properties.vaultUri").known();
            if let Some(host) = uri.as_deref().and_then(host_of) {
                grants.key_vaults.insert(host.to_ascii_lowercase(), vault.id.as_str().to_owned());
            }
        }
        for role in estate.of_kind(Kind::RoleDefinition) {
            if let Ok(role) = RoleDefinition::read(role.clone()) {
                let grants_use = |wanted: KeyUse| {
                    role.permissions.iter().any(|block| block.grants_data(wanted.action()))
                };
                let name = role.resource.id.name().to_ascii_lowercase();
                grants.roles.insert(name, KeyUse::ALL.map(grants_use));
            }
        }
        for assignment in estate.of_kind(Kind::RoleAssignment) {
            match RoleAssignment::read(assignment.clone()) {
                Ok(assignment) => grants.assignments.push(Assignment::new(&assignment)),
                Err(_) => grants.unread = true,
            }
        }
        grants
    }

    /// Whether a role grants a use.
    fn grants(&self, role: Option<&String>, wanted: KeyUse) -> Result<bool, Reason> {
        let role = role.ok_or(Reason::NotCollected)?;
        match self.roles.get(role) {
            Some(uses) => Ok(uses[wanted as usize]),
            None if KEY_ROLES.contains(&role.as_str()) => Ok(true),
            None => Err(Reason::NotCollected),
        }
    }

    /// The uses that no role grants to a principal on a key.
    fn lacks_by_role(&self, key: &str, principal: &str) -> Result<Vec<KeyUse>, Reason> {
        let may_count = |assignment: &&Assignment| {
            let may_be_own = assignment.principal.is_none() || !assignment.is_single;
            assignment.reaches(key) && (assignment.is_of(principal) || may_be_own)
        };
        let assignments: Vec<_> = self.assignments.iter().filter(may_count).collect();
        lacking(|wanted| {
            let mut doubt = self.unread.then_some(Reason::UnrecognisedValue);
            for assignment in &assignments {
                let is_plain = assignment.is_of(principal)
                    && assignment.scope.is_some()
                    && !assignment.is_conditional;
                match self.grants(assignment.role.as_ref(), wanted) {
                    Ok(true) if is_plain => return Ok(true),
                    // A group it may belong to, or a condition that nobody has evaluated.
                    Ok(true) => doubt = doubt.or(Some(Reason::Conditional)),
                    Ok(false) => {}
                    Err(reason) => doubt = Some(reason),
                }
            }
            doubt.map_or(Ok(false), Err)
        })
    }
}

fn host_of(uri: &str) -> Option<&str> {
    let host = uri.split_once("://")?.1.split('/').next()?;
    Some(host.trim_end_matches(":443")).filter(|host| !host.is_empty())
}

impl<'a> Estate<'a> {
    fn grants(&self) -> &Grants {
        self.grants.get_or_init(|| Grants::new(self))
    }

    /// The key vault that holds a key, if it was read.
    pub fn key_vault_of(&self, key: &KeyReference) -> Option<KeyVault<'_, 'a>> {
        let resource = self.other(self.grants().key_vaults.get(&key.host)?)?;
        Some(KeyVault { resource })
    }

    /// The key itself, or the version that is named. `None` if the keys were listed without it.
    ///
    /// # Errors
    /// Why it cannot be told.
    pub fn key_in(
        &self,
        vault: KeyVault<'_, 'a>,
        key: &KeyReference,
    ) -> Result<Option<VaultKey<'_, 'a>>, Reason> {
        let id = vault.id_of(key);
        let newest = self.other(&id).map(|resource| VaultKey { resource });
        let Some(version) = &key.version else {
            return match newest {
                Some(key) => Ok(Some(key)),
                None => self.exists(&id).map(|_| None),
            };
        };
        let named = self.other(&format!("{id}/versions/{version}"));
        let is_newest = |newest: &VaultKey<'_, 'a>| {
            let uri = newest.resource.text("properties.keyUriWithVersion").known();
            uri.and_then(|uri| KeyReference::parse(&uri)).as_ref() == Some(key)
        };
        match (named, newest.filter(is_newest)) {
            (Some(resource), _) => Ok(Some(VaultKey { resource })),
            (None, Some(newest)) => Ok(Some(newest)),
            (None, None) => Err(Reason::NotCollected),
        }
    }

    /// The uses of a key that a principal lacks, by access policies or by roles, whichever the key
    /// vault goes by.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn lacks_on_key(
        &self,
        vault: KeyVault<'_, 'a>,
        key: &KeyReference,
        principal: &str,
    ) -> Result<Vec<KeyUse>, Reason> {
        if !vault.goes_by_roles().or_default(false)? {
            return vault.lacks_by_policy(principal);
        }
        let lacks = self.grants().lacks_by_role(&vault.id_of(key), principal)?;
        if !lacks.is_empty() {
            self.coverage.list_of(vault.resource.id.as_str(), Kind::RoleAssignment)?;
        }
        Ok(lacks)
    }
}

impl KeyVault<'_, '_> {
    fn id_of(&self, key: &KeyReference) -> String {
        format!("{}/keys/{}", self.resource.id.as_str(), key.name)
    }
}

impl Vault<'_> {
    /// Where it names the key that encrypts it.
    pub fn key_path(&self) -> &'static str {
        if self.is_recovery_services() {
            "properties.encryption.keyVaultProperties.keyUri"
        } else {
            "properties.securitySettings.encryptionSettings.keyVaultProperties.keyUri"
        }
    }

    /// The object id of the identity that uses the key; `None` if the vault has no such identity.
    ///
    /// # Errors
    /// What is unknown.
    pub fn key_principal(&self) -> Result<Option<String>, Unread> {
        let used = self.key_identity()?;
        let identity = match self.resource.find("identity") {
            Found::Value(identity) => identity.to_json(),
            Found::Unknown(reason) => return Err((reason, "identity")),
            Found::Null | Found::Absent => {
                return if self.resource.completeness == Completeness::Partial {
                    Err((Reason::NotCollected, "identity"))
                } else {
                    Ok(None)
                };
            }
        };
        let kinds = identity["type"].as_str().unwrap_or_default();
        let has_own = kinds.to_ascii_lowercase().contains("systemassigned");
        let holder = match &used {
            UsedIdentity::Assigned(user) => identity["userAssignedIdentities"]
                .as_object()
                .and_then(|all| all.iter().find(|(id, _)| id::same(id, user)))
                .map(|(_, holder)| holder),
            UsedIdentity::Own | UsedIdentity::Unsaid if has_own => Some(&identity),
            // It does not say which identity it uses, and has others.
            UsedIdentity::Unsaid if !kinds.is_empty() && !kinds.eq_ignore_ascii_case("None") => {
                return Err((Reason::NotCollected, "identity"));
            }
            UsedIdentity::Own | UsedIdentity::Unsaid => None,
        };
        let Some(holder) = holder else { return Ok(None) };
        let principal = holder["principalId"].as_str().filter(|id| !id.is_empty());
        // Code does not know what Azure will call it.
        let unread = if self.resource.completeness == Completeness::Declared {
            Reason::SourceCannotSay
        } else {
            Reason::NotCollected
        };
        principal.map(|id| Some(id.to_owned())).ok_or((unread, "identity"))
    }

    /// The identity with which it reads its key.
    ///
    /// # Errors
    /// What is unknown.
    pub fn key_identity(&self) -> Result<UsedIdentity, Unread> {
        let text = |path: &'static str| {
            let text = self.resource.text(path).optional().map_err(|reason| (reason, path))?;
            Ok(text.filter(|text| !text.trim().is_empty()))
        };
        if self.is_recovery_services() {
            let own = "properties.encryption.kekIdentity.useSystemAssignedIdentity";
            let user = text("properties.encryption.kekIdentity.userAssignedIdentity")?;
            let own =
                flag(&self.resource, own).or_default(false).map_err(|reason| (reason, own))?;
            return Ok(UsedIdentity::of(own, user));
        }
        let kind = text("properties.securitySettings.encryptionSettings.kekIdentity.identityType")?;
        let user = text("properties.securitySettings.encryptionSettings.kekIdentity.identityId")?;
        let own = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("SystemAssigned"));
        Ok(UsedIdentity::of(own, user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_uri_of_a_key_in_any_case() {
        let key =
            KeyReference::parse("HTTPS://KV.Vault.Azure.Net:443/Keys/Backup/").expect("a key");
        assert_eq!(key.version, None);
        assert_eq!(key.versionless(), "https://kv.vault.azure.net/keys/Backup");
        let pinned = KeyReference::parse("https://kv.vault.azure.net/keys/backup/0a1b");
        assert_eq!(pinned.and_then(|key| key.version).as_deref(), Some("0a1b"));
        for odd in [
            "",
            "kv/keys/backup",
            "https://kv/secrets/x",
            "https://kv/keys",
            "https://kv/keys/a/b/c",
        ] {
            assert_eq!(KeyReference::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn one_proven_lack_is_told_although_another_use_is_in_doubt() {
        let some = |wanted| match wanted {
            KeyUse::Get => Ok(true),
            KeyUse::Wrap => Ok(false),
            KeyUse::Unwrap => Err(Reason::Conditional),
        };
        assert_eq!(lacking(some), Ok(vec![KeyUse::Wrap]));
        assert_eq!(lacking(|_| Err(Reason::Forbidden)), Err(Reason::Forbidden));
    }
}
