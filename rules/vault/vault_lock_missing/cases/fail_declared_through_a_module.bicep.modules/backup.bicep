param lockLevel string

param location string = 'westeurope'

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

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-orders'
  location: location
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-identity'
  scope: identity
  properties: {
    level: lockLevel
  }
}
