resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' existing = {
  name: 'rsv-orders'
}

var retention = {
  retentionPolicyType: 'LongTermRetentionPolicy'
  dailySchedule: {
    retentionTimes: ['2026-01-01T23:00:00Z']
    retentionDuration: {
      durationType: 'Days'
      count: 30
    }
  }
  monthlySchedule: {
    retentionScheduleFormatType: 'Weekly'
    retentionScheduleWeekly: {
      daysOfTheWeek: ['Sunday']
      weeksOfTheMonth: ['First']
    }
    retentionTimes: ['2026-01-01T23:00:00Z']
    retentionDuration: {
      durationType: 'Months'
      count: 12
    }
  }
}

resource shares 'Microsoft.RecoveryServices/vaults/backupPolicies@2024-04-01' = {
  parent: vault
  name: 'shares'
  properties: {
    backupManagementType: 'AzureStorage'
    workLoadType: 'AzureFileShare'
    timeZone: 'UTC'
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy'
      scheduleRunFrequency: 'Daily'
      scheduleRunTimes: ['2026-01-01T23:00:00Z']
    }
    retentionPolicy: retention
  }
}
