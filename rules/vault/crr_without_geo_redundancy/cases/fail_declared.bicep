param vaults array = [
  {
    name: 'orders'
    redundancy: 'LocallyRedundant'
  }
]

resource recoveryVaults 'Microsoft.RecoveryServices/vaults@2024-04-01' = [for item in vaults: {
  name: 'rsv-${item.name}'
  location: resourceGroup().location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    publicNetworkAccess: 'Enabled'
    redundancySettings: {
      standardTierStorageRedundancy: item.redundancy
      crossRegionRestore: 'Enabled'
    }
  }
}]

resource backupVaults 'Microsoft.DataProtection/backupVaults@2024-04-01' = [for (item, index) in vaults: {
  name: 'bv-${vaults[index].name}'
  location: resourceGroup().location
  properties: {
    storageSettings: [
      {
        datastoreType: 'VaultStore'
        type: item.redundancy
      }
    ]
    featureSettings: {
      crossRegionRestoreSettings: {
        state: 'Enabled'
      }
    }
  }
}]
