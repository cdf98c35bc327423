param location string = 'westeurope'

// guard: see the runbook
resource guard 'Microsoft.DataProtection/resourceGuards@2024-04-01' = {
  name: 'rg-guard'
  location: location
  properties: {
    vaultCriticalOperationExclusionList: [
      'Microsoft.RecoveryServices/vaults/backupconfig/write'
      'Microsoft.DataProtection/backupVaults/backupInstances/delete'
    ]
  }
}
