//! Settings that have an order, from weak to strong, as one table.
//!
//! Sources: the documentation of each setting in ARM,
//! <https://learn.microsoft.com/azure/templates/microsoft.recoveryservices/vaults> and
//! <https://learn.microsoft.com/azure/templates/microsoft.dataprotection/backupvaults>.

use serde_json::Value;

use crate::inventory::{Fact, Kind, Reason, Resource};

/// One setting of a resource.
#[derive(Debug)]
pub struct Setting {
    /// What configuration calls it.
    pub name: &'static str,
    /// What a sentence calls it.
    pub title: &'static str,
    /// Where it stands, by kind.
    pub places: &'static [(Kind, &'static str)],
    /// How its values are ordered.
    pub scale: Scale,
    /// Whether the strongest value cannot be taken back.
    pub is_final: bool,
}

/// How the values of a setting are ordered.
#[derive(Debug)]
pub enum Scale {
    /// Words, weakest first; those of one step are equal. Azure's default, by its step and as it is written, where
    /// nothing is set; without one nobody can tell.
    Words(&'static [&'static [&'static str]], Option<(u32, &'static str)>),
    /// A number, and Azure's default.
    Number(Option<u32>),
    /// To be set at all is stronger.
    Presence,
}

/// How strong a value is, and the value as a report shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Strength {
    /// The more, the stronger.
    pub rank: u32,
    /// What is in force.
    pub shown: Value,
}

const SWITCH: &[&[&str]] = &[&["disabled", "false"], &["enabled", "true"]];
const OPENNESS: &[&[&str]] = &[&["enabled"], &["disabled"], &["permanentlydisabled"]];
const OFF_BY_DEFAULT: Option<(u32, &str)> = Some((0, "Disabled"));
const OPEN_BY_DEFAULT: Option<(u32, &str)> = Some((0, "Enabled"));

/// From the weakest, which one fire destroys, to copies in two regions that can be read in both.
pub const REDUNDANCY: &[&[&str]] = &[
    &["locallyredundant"],
    &["zoneredundant"],
    &["georedundant"],
    &["readaccessgeozoneredundant"],
];

const RSV: Kind = Kind::RecoveryServicesVault;
const BV: Kind = Kind::BackupVault;
const CONFIG: Kind = Kind::BackupConfig;
const STORAGE: Kind = Kind::StorageConfig;

/// Every setting with an order that one property holds.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "soft-delete",
        title: "soft delete",
        places: &[
            (RSV, "properties.securitySettings.softDeleteSettings.softDeleteState"),
            (CONFIG, "properties.softDeleteFeatureState"),
            (BV, "properties.securitySettings.softDeleteSettings.state"),
        ],
        scale: Scale::Words(
            &[&["disabled", "off"], &["enabled", "on"], &["alwayson"]],
            Some((1, "Enabled")),
        ),
        is_final: true,
    },
    Setting {
        name: "soft-delete-retention",
        title: "the number of days that deleted data is kept",
        places: &[
            (RSV, "properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays"),
            (CONFIG, "properties.softDeleteRetentionPeriodInDays"),
            (BV, "properties.securitySettings.softDeleteSettings.retentionDurationInDays"),
        ],
        scale: Scale::Number(Some(14)),
        is_final: false,
    },
    Setting {
        name: "hybrid-security",
        title: "hybrid security",
        places: &[
            (RSV, "properties.securitySettings.softDeleteSettings.enhancedSecurityState"),
            (CONFIG, "properties.enhancedSecurityState"),
        ],
        scale: Scale::Words(&[&["disabled"], &["enabled"], &["alwayson"]], None),
        is_final: true,
    },
    Setting {
        name: "immutability",
        title: "immutability",
        places: &[
            (RSV, "properties.securitySettings.immutabilitySettings.state"),
            (BV, "properties.securitySettings.immutabilitySettings.state"),
        ],
        scale: Scale::Words(&[&["disabled"], &["unlocked"], &["locked"]], OFF_BY_DEFAULT),
        is_final: true,
    },
    Setting {
        name: "multi-user-authorization",
        title: "multi-user authorization",
        places: &[
            (RSV, "properties.securitySettings.multiUserAuthorization"),
            (BV, "properties.isVaultProtectedByResourceGuard"),
        ],
        scale: Scale::Words(&[&["disabled", "invalid", "false"], &["enabled", "true"]], None),
        is_final: false,
    },
    Setting {
        name: "redundancy",
        title: "storage redundancy",
        places: &[(RSV, "properties.redundancySettings.standardTierStorageRedundancy")],
        scale: Scale::Words(REDUNDANCY, Some((2, "GeoRedundant"))),
        is_final: false,
    },
    Setting {
        name: "redundancy",
        title: "storage redundancy",
        places: &[(STORAGE, "properties.storageModelType")],
        scale: Scale::Words(REDUNDANCY, None),
        is_final: false,
    },
    Setting {
        name: "cross-region-restore",
        title: "cross-region restore",
        places: &[
            (RSV, "properties.redundancySettings.crossRegionRestore"),
            (STORAGE, "properties.crossRegionRestoreFlag"),
            (BV, "properties.featureSettings.crossRegionRestoreSettings.state"),
        ],
        scale: Scale::Words(SWITCH, OFF_BY_DEFAULT),
        is_final: true,
    },
    Setting {
        name: "cross-subscription-restore",
        title: "cross-subscription restore",
        places: &[
            (
                RSV,
                "properties.restoreSettings.crossSubscriptionRestoreSettings.crossSubscriptionRestoreState",
            ),
            (BV, "properties.featureSettings.crossSubscriptionRestoreSettings.state"),
        ],
        scale: Scale::Words(OPENNESS, OPEN_BY_DEFAULT),
        is_final: true,
    },
    Setting {
        name: "public-network-access",
        title: "public network access",
        places: &[(RSV, "properties.publicNetworkAccess")],
        scale: Scale::Words(&[&["enabled"], &["disabled"]], OPEN_BY_DEFAULT),
        is_final: false,
    },
    Setting {
        name: "customer-managed-key",
        title: "the key of yours",
        places: &[
            (RSV, "properties.encryption.keyVaultProperties.keyUri"),
            (BV, "properties.securitySettings.encryptionSettings.keyVaultProperties.keyUri"),
        ],
        scale: Scale::Presence,
        is_final: true,
    },
    Setting {
        name: "customer-managed-key",
        title: "encryption with a key of yours",
        places: &[(BV, "properties.securitySettings.encryptionSettings.state")],
        scale: Scale::Words(&[&["disabled"], &["inconsistent"], &["enabled"]], OFF_BY_DEFAULT),
        is_final: false,
    },
    Setting {
        name: "infrastructure-encryption",
        title: "infrastructure encryption",
        places: &[
            (RSV, "properties.encryption.infrastructureEncryption"),
            (BV, "properties.securitySettings.encryptionSettings.infrastructureEncryption"),
        ],
        scale: Scale::Words(SWITCH, OFF_BY_DEFAULT),
        is_final: true,
    },
    Setting {
        name: "job-failure-alerts",
        title: "alerting on failed jobs",
        places: &[
            (
                RSV,
                "properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures",
            ),
            (BV, "properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures"),
        ],
        scale: Scale::Words(SWITCH, None),
        is_final: false,
    },
    Setting {
        name: "instant-restore-days",
        title: "the number of days that snapshots are kept",
        places: &[(Kind::RecoveryServicesPolicy, "properties.instantRpRetentionRangeInDays")],
        scale: Scale::Number(None),
        is_final: false,
    },
];

impl Setting {
    /// Where it stands in a resource of a kind.
    pub fn path(&self, kind: Kind) -> Option<&'static str> {
        self.places.iter().find(|(of, _)| *of == kind).map(|(_, path)| *path)
    }

    /// How strong it is in a resource. Absent: nothing is set, and Azure has no default that counts.
    pub fn read(&self, resource: &Resource<'_>, path: &str) -> Fact<Strength> {
        match resource.fact(path) {
            Fact::Known(value) => self.scale.rank(value.to_json()),
            Fact::Absent => self.scale.by_default(),
            Fact::Unknown(reason) => Fact::Unknown(reason),
        }
    }
}

impl Scale {
    /// How strong a value is.
    pub fn rank(&self, shown: Value) -> Fact<Strength> {
        let text = match &shown {
            Value::String(text) => text.trim().to_ascii_lowercase(),
            other => other.to_string(),
        };
        let rank = match self {
            Self::Presence => Some(u32::from(!text.is_empty())),
            Self::Number(_) => whole(&text),
            Self::Words(steps, _) => {
                let at = steps.iter().position(|words| words.contains(&text.as_str()));
                at.and_then(|at| u32::try_from(at).ok())
            }
        };
        rank.map_or(Fact::Unknown(Reason::UnrecognisedValue), |rank| {
            Fact::Known(Strength { rank, shown })
        })
    }

    /// How strong it is where nothing is set. Absent: nobody can tell.
    pub fn by_default(&self) -> Fact<Strength> {
        match self {
            Self::Presence => Fact::Known(Strength { rank: 0, shown: Value::Null }),
            Self::Number(Some(number)) => {
                Fact::Known(Strength { rank: *number, shown: (*number).into() })
            }
            Self::Words(_, Some((rank, word))) => {
                Fact::Known(Strength { rank: *rank, shown: (*word).into() })
            }
            Self::Number(None) | Self::Words(_, None) => Fact::Absent,
        }
    }

    /// The rank of the strongest value.
    pub fn strongest(&self) -> u32 {
        match self {
            Self::Presence => 1,
            Self::Number(_) => u32::MAX,
            Self::Words(steps, _) => {
                u32::try_from(steps.len()).unwrap_or(u32::MAX).saturating_sub(1)
            }
        }
    }
}

/// Some answers write `14.0`.
fn whole(text: &str) -> Option<u32> {
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}
