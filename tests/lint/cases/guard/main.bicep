param otherVault string
param guardId string

// Nobody knows which vault the link below belongs to: it may be this one's.
//~ unknown mua-disabled unresolved-expression
resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv'
  location: 'westeurope'
}

resource other 'Microsoft.RecoveryServices/vaults@2024-04-01' existing = {
  name: otherVault
}

resource link 'Microsoft.RecoveryServices/vaults/backupResourceGuardProxies@2024-04-01' = {
  parent: other
  name: 'VaultProxy'
  properties: {
    resourceGuardResourceId: guardId
  }
}
