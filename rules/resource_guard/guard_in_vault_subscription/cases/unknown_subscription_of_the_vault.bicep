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

resource guardLink 'Microsoft.RecoveryServices/vaults/backupResourceGuardProxies@2024-04-01' = {
  parent: vault
  name: 'VaultProxy'
  properties: {
    resourceGuardResourceId: '/subscriptions/9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard-backup'
  }
}
