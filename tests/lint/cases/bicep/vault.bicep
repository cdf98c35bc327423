param name string
param redundancy string

//~ fail immutability-disabled via second
resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: name
  location: 'westeurope'
  properties: {
    redundancySettings: {
      standardTierStorageRedundancy: redundancy //~ fail storage-redundancy-not-allowed via redundancy second
    }
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = { //~ pass vault-lock-missing
  name: 'keep'
  scope: vault
  properties: {
    level: 'CanNotDelete'
  }
}
