// One policy a tier of service; the app teams choose.
var policies = [
  { name: 'bronze', days: 30, time: '2026-01-01T01:30:00Z' }
  { name: 'silver', days: 35, time: '2026-01-01T02:30:00Z' }
]

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' existing = {
  name: 'rsv-orders'
}

resource tier 'Microsoft.RecoveryServices/vaults/backupPolicies@2024-04-01' = [for policy in policies: {
  parent: vault
  name: policy.name
  properties: {
    backupManagementType: 'AzureIaasVM'
    policyType: 'V1'
    timeZone: 'UTC'
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy'
      scheduleRunFrequency: 'Daily'
      scheduleRunTimes: [policy.time]
    }
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy'
      dailySchedule: {
        retentionTimes: [policy.time]
        retentionDuration: {
          count: policy.days
          durationType: 'Days'
        }
      }
    }
  }
}]
