resource guard 'Microsoft.DataProtection/resourceGuards@2024-04-01' = {
  name: 'guard-backup'
  location: resourceGroup().location
  properties: {
    vaultCriticalOperationExclusionList: []
  }
}

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

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-vault'
  scope: vault
  properties: {
    level: 'CanNotDelete'
  }
}
