param resourceGuardId string
param principalId string

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

  resource guardLink 'backupResourceGuardProxies' = {
    name: 'VaultProxy'
    properties: {
      resourceGuardResourceId: resourceGuardId
    }
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, '5e467623-bb1f-42f4-a55d-6e525e11384b')
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '5e467623-bb1f-42f4-a55d-6e525e11384b')
    principalId: principalId
    principalType: 'User'
  }
}
