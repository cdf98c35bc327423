param location string = 'westeurope'

// vault: see the runbook
resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    publicNetworkAccess: 'Enabled'
  }
}

// config: see the runbook
resource config 'Microsoft.RecoveryServices/vaults/backupconfig@2024-04-01' = {
  parent: vault
  name: 'vaultconfig'
  properties: {
    softDeleteFeatureState: 'Disabled' // for the tests
  }
}
