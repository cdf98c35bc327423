param location string = resourceGroup().location
param accountId string

resource files 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stordersfiles'
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }

  resource service 'fileServices' = {
    name: 'default'
  }
}

param shares array = ['finance', 'scratch']

resource share 'Microsoft.Storage/storageAccounts/fileServices/shares@2023-05-01' = [for name in shares: {
  parent: files::service
  name: name
  properties: { shareQuota: 100 }
}]

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: location
  sku: { name: 'RS0', tier: 'Standard' }
  properties: { publicNetworkAccess: 'Enabled' }
}

param toBackUp array = ['finance']

resource shareItem 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = [for name in toBackUp: {
  name: '${vault.name}/Azure/storagecontainer;storage;${resourceGroup().name};${files.name}/AzureFileShare;${name}'
  properties: {
    protectedItemType: 'AzureFileShareProtectedItem'
    friendlyName: name
    sourceResourceId: accountId
    policyId: '${vault.id}/backupPolicies/shares'
  }
}]
