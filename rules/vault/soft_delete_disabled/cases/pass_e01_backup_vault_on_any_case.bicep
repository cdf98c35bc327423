var softDelete = {
  disks: 'On'
  blobs: 'on'
  aks: 'ALWAYSON'
  db: 'Enabled'
}

resource vaults 'Microsoft.DataProtection/backupVaults@2024-04-01' = [for vault in items(softDelete): {
  name: 'bv-${vault.key}'
  location: resourceGroup().location
  properties: {
    storageSettings: [
      {
        datastoreType: 'VaultStore'
        type: 'LocallyRedundant'
      }
    ]
    securitySettings: {
      softDeleteSettings: {
        state: vault.value
        retentionDurationInDays: 14
      }
    }
  }
}]
