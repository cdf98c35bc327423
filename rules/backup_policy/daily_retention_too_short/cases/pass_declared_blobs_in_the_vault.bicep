param vaultName string = 'bv-orders'
param retention string = 'P30D'

resource vault 'Microsoft.DataProtection/backupVaults@2024-04-01' existing = {
  name: vaultName
}

resource blobs 'Microsoft.DataProtection/backupVaults/backupPolicies@2024-04-01' = {
  parent: vault
  name: 'blobs'
  properties: {
    objectType: 'BackupPolicy'
    datasourceTypes: ['Microsoft.Storage/storageAccounts/blobServices']
    policyRules: [
      {
        name: 'BackupRule'
        objectType: 'AzureBackupRule'
        backupParameters: { objectType: 'AzureBackupParams', backupType: 'Discrete' }
        dataStore: { objectType: 'DataStoreInfoBase', dataStoreType: 'VaultStore' }
        trigger: {
          objectType: 'ScheduleBasedTriggerContext'
          schedule: { repeatingTimeIntervals: ['R/2026-01-01T02:00:00+00:00/P1D'] }
          taggingCriteria: [
            { isDefault: true, taggingPriority: 99, tagInfo: { tagName: 'Default' } }
          ]
        }
      }
      {
        name: 'Default'
        objectType: 'AzureRetentionRule'
        isDefault: true
        lifecycles: [
          {
            sourceDataStore: { objectType: 'DataStoreInfoBase', dataStoreType: 'OperationalStore' }
            deleteAfter: { objectType: 'AbsoluteDeleteOption', duration: 'P7D' }
          }
        ]
      }
      {
        name: 'Default'
        objectType: 'AzureRetentionRule'
        isDefault: true
        lifecycles: [
          {
            sourceDataStore: { objectType: 'DataStoreInfoBase', dataStoreType: 'VaultStore' }
            deleteAfter: { objectType: 'AbsoluteDeleteOption', duration: retention }
          }
        ]
      }
    ]
  }
}
