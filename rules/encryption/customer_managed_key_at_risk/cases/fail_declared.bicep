param keyUri string = 'https://kv-backup-keys.vault.azure.net/keys/backup/0123456789abcdef0123456789abcdef'

resource keyVault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-backup-keys'
  location: resourceGroup().location
  properties: {
    tenantId: '9a1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b'
    sku: {
      family: 'A'
      name: 'premium'
    }
    enableSoftDelete: true
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}

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
      infrastructureEncryption: 'Disabled'
      kekIdentity: {
        useSystemAssignedIdentity: true
      }
      keyVaultProperties: {
        keyUri: keyUri
      }
    }
  }
}
