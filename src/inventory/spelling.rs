//! Names of properties as Azure writes them. It takes them in any case, so code has them in any; who reads an object as a whole, as
//! rules in Rego do, finds each member under one name.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

/// Names that the bundled rules look up in objects. Two that differ in their case only are of different types, and stay as they are written.
const NAMES: &[&str] = &[
    "absoluteCriteria",
    "alertsForAllJobFailures",
    "allowBlobPublicAccess",
    "allowSharedKeyAccess",
    "azureMonitorAlertSettings",
    "backupManagementType",
    "backupStorageVersion",
    "categoryGroup",
    "crossRegionRestore",
    "crossRegionRestoreFlag",
    "crossRegionRestoreSettings",
    "crossSubscriptionRestoreSettings",
    "crossSubscriptionRestoreState",
    "currentProtectionState",
    "dailySchedule",
    "dataStoreType",
    "datastoreType",
    "daysOfMonth",
    "daysOfTheWeek",
    "defaultAction",
    "deleteAfter",
    "durationType",
    "encryptionSettings",
    "eventHubAuthorizationRuleId",
    "featureSettings",
    "hourlySchedule",
    "immutabilitySettings",
    "infrastructureEncryption",
    "instantRpRetentionRangeInDays",
    "ipRules",
    "isDefault",
    "isHnsEnabled",
    "isScheduledForDeferredDelete",
    "isVaultProtectedByResourceGuard",
    "keyUri",
    "keyVaultProperties",
    "logAnalyticsDestinationType",
    "marketplacePartnerId",
    "minimumTlsVersion",
    "monitoringSettings",
    "monthlySchedule",
    "monthsOfYear",
    "multiUserAuthorization",
    "networkAcls",
    "notActions",
    "policyId",
    "policyInfo",
    "policyRules",
    "policyType",
    "privateEndpointConnections",
    "protectedItemsCount",
    "protectionState",
    "publicNetworkAccess",
    "redundancySettings",
    "repeatingTimeIntervals",
    "resourceGuardResourceId",
    "restoreSettings",
    "retentionDuration",
    "retentionDurationInDays",
    "retentionPolicy",
    "roleType",
    "scheduleFrequencyInMins",
    "schedulePolicy",
    "schedulePolicyType",
    "scheduleRunFrequency",
    "scheduleWindowDuration",
    "securitySettings",
    "softDeleteFeatureState",
    "softDeleteRetentionPeriodInDays",
    "softDeleteSettings",
    "softDeleteState",
    "sourceDataStore",
    "standardTierStorageRedundancy",
    "storageAccountId",
    "storageModelType",
    "storageSettings",
    "storageType",
    "subProtectionPolicy",
    "supportsHttpsTrafficOnly",
    "tagInfo",
    "tagName",
    "taggingCriteria",
    "vaultCriticalOperationExclusionList",
    "vaultRetention",
    "vaultRetentionPolicy",
    "virtualNetworkRules",
    "weeklySchedule",
    "weeksOfTheMonth",
    "workspaceId",
    "yearlySchedule",
];

/// By the name in lower case; nothing for two names.
static BY_LOWER: LazyLock<HashMap<Vec<u8>, Option<&str>, RandomState>> = LazyLock::new(|| {
    let mut names: HashMap<Vec<u8>, Option<&str>, RandomState> = HashMap::default();
    for name in NAMES {
        let spelled = names.entry(name.to_ascii_lowercase().into_bytes());
        spelled.and_modify(|known| *known = None).or_insert(Some(name));
    }
    names
});

/// The name as Azure writes it, if it is one that we know; of others the first letter is a small one, as in every name of ARM.
pub fn spelled(name: &str) -> Cow<'_, str> {
    match known(name) {
        Some(known) if known == name => Cow::Borrowed(name),
        Some(known) => Cow::Borrowed(known),
        None if name.starts_with(|first: char| first.is_ascii_uppercase()) => {
            let mut letters = name.chars();
            let first = letters.next().map(|first| first.to_ascii_lowercase());
            Cow::Owned(first.into_iter().chain(letters).collect())
        }
        None => Cow::Borrowed(name),
    }
}

/// More letters than any of [`NAMES`] has.
const LONGEST: usize = 64;

/// The one of [`NAMES`] that this is, in whatever case.
fn known(name: &str) -> Option<&'static str> {
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    BY_LOWER.get(&*lower).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, NAMES, spelled};

    #[test]
    fn every_name_can_be_found() {
        assert!(NAMES.iter().all(|name| name.len() <= LONGEST));
        assert_eq!(spelled(&"Long".repeat(LONGEST)), format!("l{}", &"Long".repeat(LONGEST)[1..]));
    }

    #[test]
    fn names_get_the_spelling_of_azure() {
        for (written, wanted) in [
            ("dailySchedule", "dailySchedule"),
            ("DAILYSCHEDULE", "dailySchedule"),
            ("Count", "count"),
            ("DatastoreType", "datastoreType"),
            ("DataStoreType", "dataStoreType"),
            ("", ""),
            ("\u{c4}pfel", "\u{c4}pfel"),
        ] {
            assert_eq!(spelled(written), wanted);
        }
    }
}
