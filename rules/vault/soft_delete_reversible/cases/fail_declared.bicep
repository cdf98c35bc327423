param location string = resourceGroup().location

@description('How deleted backups can be brought back.')
@allowed(['Enabled', 'AlwaysON'])
param softDelete string = 'Enabled'

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    publicNetworkAccess: 'Enabled'
    securitySettings: {
      softDeleteSettings: {
        softDeleteState: softDelete
        softDeleteRetentionPeriodInDays: 14
        enhancedSecurityState: 'Enabled'
      }
    }
  }
}

resource backupVault 'Microsoft.DataProtection/backupVaults@2024-04-01' = {
  name: 'bv-orders'
  location: location
  properties: {
    storageSettings: [
      {
        datastoreType: 'VaultStore'
        type: 'GeoRedundant'
      }
    ]
    securitySettings: {
      softDeleteSettings: {
        state: softDelete == 'AlwaysON' ? 'AlwaysOn' : 'On'
        retentionDurationInDays: 14
      }
    }
  }
}
