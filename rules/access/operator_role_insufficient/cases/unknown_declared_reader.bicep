param principalId string = '3f2a9c1e-7b64-4d08-9e5a-1c7d20f8b6a3'

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

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, 'a795c7a0-d4a2-40c1-ae25-d81f01202912')
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'a795c7a0-d4a2-40c1-ae25-d81f01202912')
    principalId: principalId
    principalType: 'User'
  }
}
