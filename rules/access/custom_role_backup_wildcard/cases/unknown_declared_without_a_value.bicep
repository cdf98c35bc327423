param actions string[]

targetScope = 'subscription'

resource runner 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, 'Backup Runner')
  properties: {
    roleName: 'Backup Runner'
    type: 'CustomRole'
    assignableScopes: [
      subscription().id
    ]
    permissions: [
      {
        actions: actions
        notActions: []
      }
    ]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, runner.id)
  properties: {
    roleDefinitionId: runner.id
    principalId: '0f4e8a7c-51d2-4b36-9c0a-7e61b2d3f485'
    principalType: 'Group'
  }
}
