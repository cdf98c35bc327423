param vaultName string = 'rsv-orders'
param location string = 'westeurope'

var runTimes = ['2026-01-01T23:00:00Z']

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: vaultName
  location: location
  sku: { name: 'RS0', tier: 'Standard' }
  properties: { publicNetworkAccess: 'Enabled' }

  resource weekly 'backupPolicies' = {
    name: 'weekly'
    properties: {
      backupManagementType: 'AzureIaasVM'
      policyType: 'V1'
      instantRpRetentionRangeInDays: 5
      timeZone: 'UTC'
      schedulePolicy: {
        schedulePolicyType: 'SimpleSchedulePolicy'
        scheduleRunFrequency: 'Weekly'
        scheduleRunDays: ['Sunday']
        scheduleRunTimes: runTimes
      }
      retentionPolicy: {
        retentionPolicyType: 'LongTermRetentionPolicy'
        weeklySchedule: {
          daysOfTheWeek: ['Sunday']
          retentionTimes: runTimes
          retentionDuration: { count: 2, durationType: 'Weeks' }
        }
      }
    }
  }
}
