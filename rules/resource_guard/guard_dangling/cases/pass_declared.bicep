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

resource guard 'Microsoft.DataProtection/resourceGuards@2024-04-01' = {
  name: 'guard-backup'
  location: resourceGroup().location
  properties: {
    vaultCriticalOperationExclusionList: []
  }
}

resource guardLink 'Microsoft.RecoveryServices/vaults/backupResourceGuardProxies@2024-04-01' = {
  parent: vault
  name: 'VaultProxy'
  properties: {
    resourceGuardResourceId: guard.id
  }
}
