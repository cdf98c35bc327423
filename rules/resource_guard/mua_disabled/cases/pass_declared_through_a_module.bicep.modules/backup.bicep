@description('Of the security team, in its own subscription.')
param resourceGuardId string?

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

resource guardLink 'Microsoft.RecoveryServices/vaults/backupResourceGuardProxies@2024-04-01' = if (resourceGuardId != null) {
  parent: vault
  name: 'VaultProxy'
  properties: {
    resourceGuardResourceId: resourceGuardId
  }
}
