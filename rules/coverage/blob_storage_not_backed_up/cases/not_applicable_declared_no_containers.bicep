param location string = resourceGroup().location

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'storders'
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: { isHnsEnabled: false }
}
