param lockLevel string

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: resourceGroup().location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    publicNetworkAccess: 'Enabled'
  }
}

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

resource vaultLock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-backups'
  scope: vault
  properties: {
    level: lockLevel
    notes: 'Backups of the orders department.'
  }
}

resource backupVaultLock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-backups'
  scope: backupVault
  properties: {
    level: lockLevel
  }
}
