param principalId string

resource guard 'Microsoft.DataProtection/resourceGuards@2024-04-01' = {
  name: 'guard-backup'
  location: resourceGroup().location
  properties: {
    vaultCriticalOperationExclusionList: []
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(guard.id, principalId, 'f54b6d04-23c6-443e-b462-9c16ab7b4a52')
  scope: guard
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'f54b6d04-23c6-443e-b462-9c16ab7b4a52')
    principalId: principalId
    principalType: 'User'
  }
}

output id string = guard.id
