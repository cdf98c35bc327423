param vaultName string = 'bv-orders'

resource vault 'Microsoft.DataProtection/backupVaults@2025-07-01' = {
  name: vaultName
  location: 'westeurope'
  Identity: { Type: 'SystemAssigned' }
  properties: {
    StorageSettings: [
      {
        DatastoreType: 'VaultStore'
        Type: 'LocallyRedundant' //~ fail storage-redundancy-not-allowed
      }
    ]
    SecuritySettings: {
      softdeletesettings: {
        STATE: 'On' //~ pass soft-delete-disabled
        retentiondurationindays: 7 //~ fail soft-delete-retention-too-short
      }
      ImmutabilitySettings: { State: 'Disabled' } //~ fail immutability-disabled
    }
    // What nobody knows yet stays so under any name.
    FeatureSettings: { CrossRegionRestoreSettings: { State: empty(vaultName) ? 'Enabled' : 'Disabled' } }
  }
}

resource keep 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep'
  scope: vault
  Properties: { LEVEL: 'CanNotDelete' }
}
