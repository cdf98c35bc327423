//! Names of properties as Azure writes them. It takes them in any case, so code has them in any; who reads an object as a whole, as
//! rules in Rego do, finds each member under one name.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

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
static BY_LOWER: LazyLock<HashMap<String, Option<&str>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Option<&str>> = HashMap::new();
    for name in NAMES {
        let spelled = names.entry(name.to_ascii_lowercase());
        spelled.and_modify(|known| *known = None).or_insert(Some(name));
    }
    names
});

/// The name as Azure writes it, if it is one that we know; of others the first letter is a small one, as in every name of ARM.
pub fn spelled(name: &str) -> Cow<'_, str> {
    let known = BY_LOWER.get(&name.to_ascii_lowercase()).copied();
    match known.flatten() {
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

#[cfg(test)]
mod tests {
    use super::spelled;

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
