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

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-security'
  location: 'Global'
  properties: {
    groupShortName: 'security'
    enabled: true
    emailReceivers: [
      {
        name: 'security'
        emailAddress: 'security@example.com'
      }
    ]
  }
}

param operations object

resource alerts 'Microsoft.Insights/activityLogAlerts@2020-10-01' = [for operation in items(operations): {
  name: operation.key
  location: 'Global'
  properties: {
    enabled: true
    scopes: [
      vault.id
    ]
    condition: {
      allOf: [
        {
          field: 'category'
          equals: 'Administrative'
        }
        {
          field: 'operationName'
          equals: operation.value
        }
      ]
    }
    actions: {
      actionGroups: [
        {
          actionGroupId: group.id
        }
      ]
    }
  }
}]
