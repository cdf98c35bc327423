param location string = resourceGroup().location

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'storders'
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: { isHnsEnabled: false }

  resource blobs 'blobServices' = {
    name: 'default'

    resource invoices 'containers' = {
      name: 'invoices'
      properties: { publicAccess: 'None' }
    }
  }
}

resource backupVault 'Microsoft.DataProtection/backupVaults@2024-04-01' = {
  name: 'bv-orders'
  location: location
  properties: {
    storageSettings: [{ datastoreType: 'VaultStore', type: 'GeoRedundant' }]
    securitySettings: { softDeleteSettings: { state: 'On', retentionDurationInDays: 14 } }
  }
}

resource instance 'Microsoft.DataProtection/backupVaults/backupInstances@2024-04-01' = {
  parent: backupVault
  name: 'storders'
  properties: {
    objectType: 'BackupInstance'
    dataSourceInfo: {
      objectType: 'Datasource'
      datasourceType: 'Microsoft.Storage/storageAccounts/blobServices'
      resourceID: account.id
      resourceLocation: location
    }
    policyInfo: {
      policyId: '${backupVault.id}/backupPolicies/blobs'
    }
  }
}
