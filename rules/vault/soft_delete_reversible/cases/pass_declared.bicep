var softDelete = {
  softDeleteState: 'AlwaysON'
  softDeleteRetentionPeriodInDays: 14
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
    securitySettings: {
      softDeleteSettings: {
        ...softDelete
        enhancedSecurityState: 'AlwaysON'
      }
    }
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
    securitySettings: {
      softDeleteSettings: {
        state: 'AlwaysOn'
      }
    }
  }
}
