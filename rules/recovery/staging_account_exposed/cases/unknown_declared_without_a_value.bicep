param tls string

var tags = { purpose: 'restore-staging' }

resource staging 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'ststaging'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS' // what a restore takes
  }
  tags: tags
  properties: {
    allowBlobPublicAccess: false
    minimumTlsVersion: tls
    supportsHttpsTrafficOnly: true
  }
}
