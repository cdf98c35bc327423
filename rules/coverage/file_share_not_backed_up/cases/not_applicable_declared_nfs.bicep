param location string = resourceGroup().location

resource files 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stordersfiles'
  location: location
  kind: 'FileStorage'
  sku: { name: 'Premium_ZRS' }

  resource service 'fileServices' = {
    name: 'default'
  }
}

param shares array = ['hpc']

resource share 'Microsoft.Storage/storageAccounts/fileServices/shares@2023-05-01' = [for name in shares: {
  parent: files::service
  name: name
  properties: { shareQuota: 100, enabledProtocols: 'NFS' }
}]
