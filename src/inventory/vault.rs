//! Vaults of both kinds, with the children that hold some of their settings.

use std::borrow::Cow;

use super::{Fact, Found, GuardLink, Kind, Property, Reason, Resource, View as _};

/// A Recovery Services vault or a Backup vault.
#[derive(Clone, Debug)]
pub struct Vault<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// Its region, normalised.
    pub location: Fact<String>,
    /// `backupconfig/vaultconfig`, the second source of soft delete.
    pub backup_config: Fact<Resource<'a>>,
    /// `backupstorageconfig/vaultstorageconfig`, the second source of redundancy.
    pub storage_config: Fact<Resource<'a>>,
    /// Links to resource guards; known and empty only when the list was read.
    pub guard_links: Fact<Vec<Resource<'a>>>,
    /// Whether the list of its protected items or backup instances was read to the end.
    pub items_read: Result<(), Reason>,
}

/// State of multi-user authorization, as the vault's own flag tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardFlag {
    /// On.
    On,
    /// Off. Fresh Recovery Services vaults say `Invalid`, which means the same.
    Off,
}

/// One setting in a place that may hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Where it stands, as a finding names it: `related.storage_config.` is the child's body.
    pub path: Cow<'static, str>,
    /// What is in force: what stands there, or Azure's own default.
    pub value: String,
    /// Whether nothing is set, so that the default is in force.
    pub is_default: bool,
}

/// What the places that may hold one setting say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What was read, in the order of the places.
    pub known: Vec<Setting>,
    /// What stands in the way of a pass, path and cause: a value that nobody knows in any of the
    /// places, or that none of them was read. It does not outweigh a defect among the known.
    pub unknown: Option<(Cow<'static, str>, Reason)>,
    /// Each place has a setting of its own, so that two of them cannot disagree.
    independent: bool,
}

impl Settings {
    /// The place that turns it off, if one does: where two disagree, the weaker counts.
    pub fn off(&self) -> Option<&Setting> {
        let is_off =
            |value: &str| ["Disabled", "Off"].iter().any(|off| off.eq_ignore_ascii_case(value));
        self.known.iter().find(|setting| is_off(&setting.value))
    }

    /// A setting for a message, with what a reader must know: that nobody set it, or that another
    /// place disagrees.
    pub fn describe(&self, setting: &Setting) -> String {
        let value = &setting.value;
        if setting.is_default {
            return format!("{value} (nothing is set: Azure's default)");
        }
        let differs = |other: &&Setting| !other.value.eq_ignore_ascii_case(value);
        match self.known.iter().find(differs).filter(|_| !self.independent) {
            Some(other) => format!("{value} (although {} says {})", other.path, other.value),
            None => value.clone(),
        }
    }
}

const REDUNDANCY_PLACES: &[&str] = &[
    "properties.redundancySettings.standardTierStorageRedundancy",
    "related.storage_config.properties.storageModelType",
    "related.storage_config.properties.storageType",
];
const HYBRID_SECURITY_PLACES: &[&str] = &[
    "properties.securitySettings.softDeleteSettings.enhancedSecurityState",
    "related.backup_config.properties.enhancedSecurityState",
];
const SOFT_DELETE_PLACES: &[&str] = &[
    "properties.securitySettings.softDeleteSettings.softDeleteState",
    "related.backup_config.properties.softDeleteFeatureState",
];
const SOFT_DELETE_DAYS_PLACES: &[&str] = &[
    "properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays",
    "related.backup_config.properties.softDeleteRetentionPeriodInDays",
];
const IMMUTABILITY_PLACES: &[&str] = &["properties.securitySettings.immutabilitySettings.state"];
const STORES: &str = "properties.storageSettings";
const STORE_TYPE: &str = "properties.storageSettings[].type";

impl Vault<'_> {
    /// Whether this is a Recovery Services vault.
    pub fn is_recovery_services(&self) -> bool {
        self.resource.kind == Kind::RecoveryServicesVault
    }

    /// The region, normalised.
    pub fn region(&self) -> Fact<String> {
        self.location.clone()
    }

    /// The ids of the resource guards that its links name, as far as both were read.
    pub fn guards(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let links = match &self.guard_links {
            Fact::Known(links) => links.as_slice(),
            Fact::Absent | Fact::Unknown(_) => &[],
        };
        links.iter().filter_map(|link| GuardLink::read(link.clone()).ok()?.guard.known())
    }

    /// The path of the multi-user authorization flag.
    pub fn guard_flag_path(&self) -> &'static str {
        if self.is_recovery_services() {
            "properties.securitySettings.multiUserAuthorization"
        } else {
            "properties.isVaultProtectedByResourceGuard"
        }
    }

    /// The vault's own flag for multi-user authorization
    /// (<https://learn.microsoft.com/azure/backup/multi-user-authorization-concept>).
    pub fn guard_flag(&self) -> Fact<GuardFlag> {
        let on_if = |on: bool| Fact::Known(if on { GuardFlag::On } else { GuardFlag::Off });
        self.resource.fact(self.guard_flag_path()).and_then(|value| match value.to_json() {
            serde_json::Value::Bool(on) => on_if(on),
            serde_json::Value::String(text) if self.is_recovery_services() => {
                on_if(text.eq_ignore_ascii_case("Enabled"))
            }
            serde_json::Value::String(text) if text.eq_ignore_ascii_case("true") => on_if(true),
            serde_json::Value::String(text) if text.eq_ignore_ascii_case("false") => on_if(false),
            _ => Fact::Unknown(Reason::UnrecognisedValue),
        })
    }

    /// How its copies are stored: in each of the places where a Recovery Services vault says so, in
    /// each store of a Backup vault. Nothing known and nothing unknown: it keeps no copies of its own,
    /// since snapshots in an operational store lie beside the datasource.
    ///
    /// The fields of the same names in `backupconfig` are left out: they repeat an old state.
    pub fn redundancies(&self) -> Settings {
        if self.is_recovery_services() {
            self.settings(REDUNDANCY_PLACES, Some("GeoRedundant"))
        } else {
            self.stores()
        }
    }

    /// Whether its redundancy can no longer be changed, as a Recovery Services vault's child says.
    pub fn is_redundancy_locked(&self) -> Fact<bool> {
        self.text_at("related.storage_config.properties.storageTypeState")
            .map(|state| state.eq_ignore_ascii_case("Locked"))
    }

    /// Whether servers that back up with an agent must prove more than their registration before
    /// they delete backups. There is no default: it depends on when the vault was made.
    pub fn hybrid_security(&self) -> Settings {
        self.settings(HYBRID_SECURITY_PLACES, None)
    }

    /// What becomes of what is deleted: `Disabled`, `Enabled` or `AlwaysON`; in a Backup vault `Off`, `On` or
    /// `AlwaysOn`. Where two places disagree, the weaker counts.
    pub fn soft_delete(&self) -> Settings {
        if self.is_recovery_services() {
            self.settings(SOFT_DELETE_PLACES, Some("Enabled"))
        } else {
            self.settings(&["properties.securitySettings.softDeleteSettings.state"], Some("On"))
        }
    }

    /// For how many days what is deleted is kept: the least of what its places say. Absent: none says.
    pub fn soft_delete_days(&self) -> Fact<u32> {
        let places: &[&str] = if self.is_recovery_services() {
            SOFT_DELETE_DAYS_PLACES
        } else {
            &["properties.securitySettings.softDeleteSettings.retentionDurationInDays"]
        };
        let mut least = Fact::Absent;
        for place in places {
            least = match (least, self.number_at(place)) {
                (Fact::Known(known), Fact::Known(more)) => Fact::Known(more.min(known)),
                // What nobody read is shown by the other place; what nobody can read may be less.
                (Fact::Known(known), Fact::Unknown(reason))
                | (Fact::Unknown(reason), Fact::Known(known))
                    if reason.is_unread() =>
                {
                    Fact::Known(known)
                }
                (Fact::Known(known), Fact::Absent) | (Fact::Absent, Fact::Known(known)) => {
                    Fact::Known(known)
                }
                (Fact::Unknown(reason), _) | (_, Fact::Unknown(reason)) => Fact::Unknown(reason),
                (Fact::Absent, Fact::Absent) => Fact::Absent,
            };
        }
        least
    }

    /// Whether points can be deleted before they expire: `Disabled`, `Unlocked` or `Locked`.
    pub fn immutability(&self) -> Settings {
        self.settings(IMMUTABILITY_PLACES, Some("Disabled"))
    }

    fn settings(&self, places: &[&'static str], default: Option<&str>) -> Settings {
        let mut settings = Settings::default();
        let mut unread = None;
        for place in places.iter().copied() {
            match self.text_at(place) {
                Fact::Known(value) => {
                    settings.known.push(Setting { path: place.into(), value, is_default: false });
                }
                Fact::Absent => {}
                Fact::Unknown(reason) if reason.is_unread() => {
                    unread.get_or_insert((Cow::Borrowed(place), reason));
                }
                Fact::Unknown(reason) => {
                    settings.unknown.get_or_insert((place.into(), reason));
                }
            }
        }
        if !settings.known.is_empty() || settings.unknown.is_some() {
            return settings;
        }
        let first = || places.first().copied().unwrap_or_default().into();
        match (unread, default) {
            (Some(unread), _) => settings.unknown = Some(unread),
            (None, Some(value)) => settings.known.push(Setting {
                path: first(),
                value: value.to_owned(),
                is_default: true,
            }),
            (None, None) => settings.unknown = Some((first(), Reason::NotCollected)),
        }
        settings
    }

    /// The text at a path of this vault, or of the child that the path names.
    fn text_at(&self, path: &str) -> Fact<String> {
        let child =
            |child: &Fact<Resource<'_>>, path| child.as_ref().and_then(|child| child.text(path));
        if let Some(path) = path.strip_prefix("related.storage_config.") {
            child(&self.storage_config, path)
        } else if let Some(path) = path.strip_prefix("related.backup_config.") {
            child(&self.backup_config, path)
        } else {
            self.resource.text(path)
        }
    }

    /// A number of days at a path; some answers write `14.0`.
    fn number_at(&self, path: &str) -> Fact<u32> {
        let body = match path.strip_prefix("related.backup_config.") {
            Some(path) => self.backup_config.as_ref().and_then(|child| child.fact(path)),
            None => self.resource.fact(path),
        };
        body.and_then(|value| {
            let days = match value.to_json() {
                serde_json::Value::String(text) => text.trim().parse().ok(),
                value => value.as_f64(),
            };
            let whole = days.filter(|days| (0.0..1e6).contains(days));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
            whole.map_or(Fact::Unknown(Reason::UnrecognisedValue), |days| Fact::Known(days as u32))
        })
    }

    fn stores(&self) -> Settings {
        let mut settings = Settings { independent: true, ..Settings::default() };
        let property = Property::of(Kind::BackupVault, STORE_TYPE);
        let unknown = |path: &str, reason| Some((Cow::Owned(path.to_owned()), reason));
        match self.resource.find(STORES) {
            Found::Unknown(reason) => settings.unknown = unknown(STORES, reason),
            Found::Value(list) if !list.to_json().is_array() => {
                settings.unknown = unknown(STORES, Reason::UnrecognisedValue);
            }
            Found::Value(_) => {}
            Found::Null | Found::Absent => {
                // Code that declares a vault without stores has none.
                if let Fact::Unknown(reason) = self.resource.absence(property) {
                    settings.unknown = unknown(STORES, reason);
                }
            }
        }
        let paths = self.resource.paths(STORE_TYPE);
        if let Found::Unknown(reason) = self.resource.find(&format!("{STORES}[{}]", paths.len())) {
            settings.unknown = unknown(STORES, reason);
        }
        for path in paths {
            let store = path.strip_suffix("type").unwrap_or(&path).to_owned() + "datastoreType";
            match self.resource.text(&store) {
                Fact::Known(store) if store.eq_ignore_ascii_case("OperationalStore") => continue,
                Fact::Known(_) | Fact::Absent => {}
                Fact::Unknown(reason) => {
                    settings.unknown = settings.unknown.or(unknown(&store, reason));
                    continue;
                }
            }
            match self.resource.text(&path) {
                Fact::Known(value) if property.is_none_or(|row| row.recognises(&value)) => {
                    let path = path.into();
                    settings.known.push(Setting { path, value, is_default: false });
                }
                Fact::Known(_) => {
                    let reason = Reason::UnrecognisedValue;
                    settings.unknown = settings.unknown.or(unknown(&path, reason));
                }
                Fact::Absent => {}
                Fact::Unknown(reason) => {
                    settings.unknown = settings.unknown.or(unknown(&path, reason));
                }
            }
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Body, Completeness, ResourceId};
    use super::*;

    const ID: &str =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v";

    fn resource(kind: Kind, body: &str) -> Resource<'_> {
        Resource {
            id: ResourceId::new(ID),
            kind,
            body: Body::Json(body),
            completeness: Completeness::Complete,
            flat: false,
        }
    }

    fn vault<'a>(kind: Kind, body: &'a str, child: Fact<&'a str>) -> Vault<'a> {
        Vault {
            location: Fact::Absent,
            resource: resource(kind, body),
            backup_config: child.map(|body| resource(Kind::BackupConfig, body)),
            storage_config: child.map(|body| resource(Kind::StorageConfig, body)),
            guard_links: Fact::Absent,
            items_read: Ok(()),
        }
    }

    /// The values, and why a pass is out of reach.
    fn redundancies(kind: Kind, body: &str, child: Fact<&str>) -> (Vec<String>, Option<Reason>) {
        let Settings { known, unknown, .. } = vault(kind, body, child).redundancies();
        let known = known
            .into_iter()
            .map(|setting| setting.value + if setting.is_default { " by default" } else { "" });
        (known.collect(), unknown.map(|(_, reason)| reason))
    }

    const LOCAL: &str = r#"{"properties": {"redundancySettings": {"standardTierStorageRedundancy": "LocallyRedundant"}}}"#;
    const NOTHING: &str =
        r#"{"properties": {"redundancySettings": {"crossRegionRestore": "Disabled"}}}"#;
    const OLD: &str = r#"{"properties": {"provisioningState": "Succeeded"}}"#;

    #[test]
    fn the_places_of_a_recovery_services_vault() {
        let of = |body, child| redundancies(Kind::RecoveryServicesVault, body, child);
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let geo = r#"{"properties": {"storageModelType": "GeoRedundant"}}"#;
        let odd = r#"{"properties": {"storageModelType": "MetroRedundant"}}"#;
        let unread = Fact::Unknown(Reason::Forbidden);
        let (local, both) =
            (names(&["LocallyRedundant"]), names(&["LocallyRedundant", "GeoRedundant"]));
        assert_eq!(of(LOCAL, Fact::Known(geo)), (both, None));
        // A place that was not read does not outweigh one that was; a value that nobody knows does.
        assert_eq!(of(LOCAL, unread), (local.clone(), None));
        assert_eq!(of(LOCAL, Fact::Known(odd)), (local, Some(Reason::UnrecognisedValue)));
        assert_eq!(of(NOTHING, Fact::Known(odd)), (vec![], Some(Reason::UnrecognisedValue)));
        // The default needs every place.
        assert_eq!(of(NOTHING, Fact::Absent), (names(&["GeoRedundant by default"]), None));
        assert_eq!(of(NOTHING, unread), (vec![], Some(Reason::Forbidden)));
        assert_eq!(of(OLD, Fact::Absent), (vec![], Some(Reason::NotCollected)));
        assert_eq!(of(OLD, Fact::Known(geo)), (names(&["GeoRedundant"]), None));
    }

    #[test]
    fn the_stores_of_a_backup_vault() {
        let of = |stores: &str| {
            let body = format!(r#"{{"properties": {{"storageSettings": {stores}}}}}"#);
            redundancies(Kind::BackupVault, &body, Fact::Absent)
        };
        let unrecognised = Some(Reason::UnrecognisedValue);
        assert_eq!(
            of(r#"[{"datastoreType": "OperationalStore", "type": "LocallyRedundant"},
                   {"datastoreType": "VaultStore", "type": "GeoRedundant"},
                   {"datastoreType": "ArchiveStore", "type": "MetroRedundant"}]"#),
            (vec!["GeoRedundant".to_owned()], unrecognised)
        );
        let operational = r#"[{"datastoreType": "operationalstore", "type": "LocallyRedundant"}]"#;
        assert_eq!(of(operational), (vec![], None));
        assert_eq!(of("[]"), (vec![], None));
        assert_eq!(of("null"), (vec![], Some(Reason::NotCollected)));
        assert_eq!(of("7"), (vec![], unrecognised));
        assert_eq!(of(r#"[{"type": {}}]"#), (vec![], unrecognised));
    }

    #[test]
    fn a_message_says_what_a_reader_must_know() {
        let geo = r#"{"properties": {"storageType": "GeoRedundant"}}"#;
        let described = |body, child| {
            let settings = vault(Kind::RecoveryServicesVault, body, child).redundancies();
            settings.describe(&settings.known[0])
        };
        assert_eq!(described(LOCAL, Fact::Absent), "LocallyRedundant");
        assert_eq!(
            described(LOCAL, Fact::Known(geo)),
            "LocallyRedundant (although related.storage_config.properties.storageType says GeoRedundant)"
        );
        assert_eq!(
            described(NOTHING, Fact::Absent),
            "GeoRedundant (nothing is set: Azure's default)"
        );
    }
}
