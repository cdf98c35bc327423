resource keyVault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-backup-keys'
  location: 'westeurope'
  properties: {
    tenantId: '9a1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b'
    sku: {
      family: 'A'
      name: 'premium'
    }
    enableRbacAuthorization: true
  }

  resource key 'keys' = {
    name: 'backup'
    properties: {
      kty: 'RSA'
    }
  }
}

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    publicNetworkAccess: 'Enabled'
    encryption: {
      infrastructureEncryption: 'Disabled'
      kekIdentity: {
        useSystemAssignedIdentity: true
      }
      keyVaultProperties: {
        keyUri: keyVault::key.properties.keyUri
      }
    }
  }
}

resource backupVault 'Microsoft.DataProtection/backupVaults@2025-07-01' = {
  name: 'bv-orders'
  location: 'westeurope'
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
        kekIdentity: {
          identityType: 'SystemAssigned'
        }
        keyVaultProperties: {
          keyUri: '${keyVault.properties.vaultUri}keys/backup'
        }
      }
    }
  }
}
