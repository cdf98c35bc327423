param keyUri string = 'https://kv-backup-keys.vault.azure.net/keys/backup'
param infrastructureEncryption bool

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: resourceGroup().location
  identity: {
    type: 'SystemAssigned'
  }
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    publicNetworkAccess: 'Enabled'
    encryption: {
      infrastructureEncryption: infrastructureEncryption ? 'Enabled' : 'Disabled'
      kekIdentity: {
        useSystemAssignedIdentity: true
      }
      keyVaultProperties: {
        keyUri: keyUri
      }
    }
  }
}
