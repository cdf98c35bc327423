param location string = 'westeurope'

// vault: see the runbook
resource vault 'Microsoft.DataProtection/backupVaults@2024-04-01' = {
  name: 'bv-orders'
  location: location
  properties: {
    storageSettings: [
      {
        datastoreType: 'VaultStore'
        type: 'LocallyRedundant' // cheap
      }
    ]
    featureSettings: {
      crossRegionRestoreSettings: {
        state: 'Enabled'
      }
    }
  }
}
