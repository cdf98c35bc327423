param keyUri string = 'https://kv-backup-keys.vault.azure.net/keys/backup'

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

resource backupVault 'Microsoft.DataProtection/backupVaults@2024-04-01' = {
  name: 'bv-orders'
  location: resourceGroup().location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    storageSettings: [
      {
        datastoreType: 'VaultStore'
        type: 'GeoRedundant'
      }
    ]
    securitySettings: {
      encryptionSettings: {
        state: 'Enabled'
        infrastructureEncryption: 'Disabled'
        kekIdentity: {
          identityType: 'SystemAssigned'
        }
        keyVaultProperties: {
          keyUri: keyUri
        }
      }
    }
  }
}
