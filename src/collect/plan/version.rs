//! API versions: one table, and what the user puts in its place. Sovereign clouds lag behind.

use thiserror::Error;

/// Services that version their API together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is an area, as `name` spells it")]
pub enum Area {
    Subscriptions,
    RecoveryServices,
    DataProtection,
    ResourceGraph,
    Authorization,
    RoleSchedules,
    Locks,
    DiagnosticSettings,
    Storage,
    KubernetesConfiguration,
    PrivateEndpoints,
    KeyVault,
    Directory,
}

/// Name and version of each area. The versions are those whose answers the rules were written for
/// (<https://learn.microsoft.com/rest/api/azure>).
const VERSIONS: [(Area, &str, &str); 13] = [
    (Area::Subscriptions, "subscriptions", "2022-12-01"),
    (Area::RecoveryServices, "recovery-services", "2025-08-01"),
    (Area::DataProtection, "data-protection", "2025-07-01"),
    (Area::ResourceGraph, "resource-graph", "2024-04-01"),
    (Area::Authorization, "authorization", "2022-04-01"),
    (Area::RoleSchedules, "role-schedules", "2020-10-01"),
    (Area::Locks, "locks", "2020-05-01"),
    (Area::DiagnosticSettings, "diagnostic-settings", "2021-05-01-preview"),
    (Area::Storage, "storage", "2023-05-01"),
    (Area::KubernetesConfiguration, "kubernetes-configuration", "2023-05-01"),
    (Area::PrivateEndpoints, "private-endpoints", "2024-05-01"),
    (Area::KeyVault, "key-vault", "2023-07-01"),
    (Area::Directory, "directory", "v1.0"),
];

/// The API versions of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// What the user puts in place of the table.
    own: Vec<(Area, String)>,
}

/// A text that names no area and version.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VersionError {
    /// It has another form.
    #[error("`{0}` is not AREA=VERSION, for example recovery-services=2025-02-01")]
    Form(String),
    /// There is no such area, or its version is fixed.
    #[error("`{0}` names no area; there are {known}", known = changeable().collect::<Vec<_>>().join(", "))]
    Area(String),
    /// It is no version.
    #[error("`{0}` is no API version, for example 2025-02-01")]
    Version(String),
}

impl Area {
    /// As the command line spells it.
    pub fn name(self) -> &'static str {
        VERSIONS.iter().find(|(area, ..)| *area == self).map_or("", |(_, name, _)| name)
    }
}

impl Versions {
    /// Takes `AREA=VERSION`.
    ///
    /// # Errors
    /// When it is none.
    pub fn set(&mut self, text: &str) -> Result<(), VersionError> {
        let form = || VersionError::Form(text.to_owned());
        let (name, version) = text.split_once('=').ok_or_else(form)?;
        let area = VERSIONS.iter().find(|(_, known, _)| *known == name && is_changeable(known));
        let (area, ..) = area.ok_or_else(|| VersionError::Area(name.to_owned()))?;
        let is_of_version = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        if version.len() < 10 || version.len() > 32 || !version.bytes().all(is_of_version) {
            return Err(VersionError::Version(version.to_owned()));
        }
        self.own.retain(|(known, _)| known != area);
        self.own.push((*area, version.to_owned()));
        Ok(())
    }

    /// The version of an area.
    pub fn of(&self, area: Area) -> &str {
        let own = self.own.iter().find(|(known, _)| *known == area);
        let usual = VERSIONS.iter().find(|(known, ..)| *known == area);
        match own {
            Some((_, version)) => version,
            None => usual.map_or("", |(.., version)| version),
        }
    }

    /// What differs from the table, as it was given.
    pub fn changes(&self) -> impl Iterator<Item = String> {
        self.own.iter().map(|(area, version)| format!("{}={version}", area.name()))
    }
}

/// The client itself asks these two in the one version that it understands.
fn is_changeable(name: &str) -> bool {
    !matches!(name, "resource-graph" | "directory")
}

fn changeable() -> impl Iterator<Item = &'static str> {
    VERSIONS.iter().map(|(_, name, _)| *name).filter(|name| is_changeable(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_can_be_replaced() {
        let mut versions = Versions::default();
        assert_eq!(versions.of(Area::Storage), "2023-05-01");
        assert_eq!(versions.set("storage=2022-09-01"), Ok(()));
        assert_eq!(versions.set("storage=2022-09-02-preview"), Ok(()));
        assert_eq!(versions.of(Area::Storage), "2022-09-02-preview");
        assert_eq!(versions.of(Area::KeyVault), "2023-07-01");
        assert_eq!(versions.changes().collect::<Vec<_>>(), ["storage=2022-09-02-preview"]);
        let refused = ["storage", "store=2022-09-01", "storage=new", "storage=2022-09-01&x=y"];
        assert!(refused.iter().all(|text| versions.set(text).is_err()));
        assert!(versions.set("resource-graph=2022-10-01").is_err());
    }
}
