param watched string

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

param operations object = {
  vault_write: 'Microsoft.RecoveryServices/vaults/write'
  vault_delete: 'Microsoft.RecoveryServices/vaults/delete'
  config: 'Microsoft.RecoveryServices/vaults/backupconfig/write'
  item_delete: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete'
  policy: 'Microsoft.RecoveryServices/vaults/backupPolicies/write'
  guard: 'Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/delete'
}

resource alerts 'Microsoft.Insights/activityLogAlerts@2020-10-01' = [for operation in items(operations): {
  name: operation.key
  location: 'Global'
  properties: {
    enabled: true
    scopes: [
      watched
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
