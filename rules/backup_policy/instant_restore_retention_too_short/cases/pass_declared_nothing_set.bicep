var runTimes = ['2026-01-01T23:00:00Z']

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' existing = {
  name: 'rsv-orders'
}

resource daily 'Microsoft.RecoveryServices/vaults/backupPolicies@2024-04-01' = {
  parent: vault
  name: 'daily'
  properties: {
    backupManagementType: 'AzureIaasVM'
    policyType: 'V1'
    timeZone: 'UTC'
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy'
      scheduleRunFrequency: 'Daily'
      scheduleRunTimes: runTimes
    }
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy'
      dailySchedule: {
        retentionTimes: runTimes
        retentionDuration: { count: 30, durationType: 'Days' }
      }
    }
  }
}
