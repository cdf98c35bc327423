resource backupVault 'Microsoft.DataProtection/backupVaults@2024-04-01' = {
  name: 'bv-orders'
  location: resourceGroup().location
  properties: {
    storageSettings: [
      {
        datastoreType: 'VaultStore'
        type: 'GeoRedundant'
      }
    ]
  }
}

resource guardLink 'Microsoft.DataProtection/backupVaults/backupResourceGuardProxies@2024-04-01' = {
  parent: backupVault
  name: 'DppResourceGuardProxy'
  properties: {
    resourceGuardResourceId: '/subscriptions/9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard-backup'
  }
}
