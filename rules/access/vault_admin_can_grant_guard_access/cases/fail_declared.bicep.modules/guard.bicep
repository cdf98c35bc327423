param principalId string

resource guard 'Microsoft.DataProtection/resourceGuards@2024-04-01' = {
  name: 'guard-backup'
  location: resourceGroup().location
  properties: {
    vaultCriticalOperationExclusionList: []
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(guard.id, principalId, '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9')
  scope: guard
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9')
    principalId: principalId
    principalType: 'User'
  }
}

output id string = guard.id
