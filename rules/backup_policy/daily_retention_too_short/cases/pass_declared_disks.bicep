resource vault 'Microsoft.DataProtection/backupVaults@2024-04-01' existing = {
  name: 'bv-orders'

  resource disks 'backupPolicies' = {
    name: 'disks'
    properties: {
      objectType: 'BackupPolicy'
      datasourceTypes: [
        'Microsoft.Compute/disks'
      ]
      policyRules: [
        {
          name: 'BackupHourly'
          objectType: 'AzureBackupRule'
          backupParameters: {
            objectType: 'AzureBackupParams'
            backupType: 'Incremental'
          }
          dataStore: {
            objectType: 'DataStoreInfoBase'
            dataStoreType: 'OperationalStore'
          }
          trigger: {
            objectType: 'ScheduleBasedTriggerContext'
            schedule: {
              repeatingTimeIntervals: [
                'R/2026-01-01T02:00:00+00:00/PT4H'
              ]
              timeZone: 'UTC'
            }
            taggingCriteria: [
              {
                isDefault: true
                taggingPriority: 99
                tagInfo: { tagName: 'Default' }
              }
            ]
          }
        }
        {
          name: 'Default'
          objectType: 'AzureRetentionRule'
          isDefault: true
          lifecycles: [
            {
              sourceDataStore: {
                objectType: 'DataStoreInfoBase'
                dataStoreType: 'OperationalStore'
              }
              deleteAfter: {
                objectType: 'AbsoluteDeleteOption'
                duration: 'P5W' // ISO 8601
              }
            }
          ]
        }
      ]
    }
  }
}
