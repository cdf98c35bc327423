param softDeleteDays int

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
    securitySettings: {
      softDeleteSettings: {
        state: 'On'
        retentionDurationInDays: softDeleteDays
      }
    }
  }
}
