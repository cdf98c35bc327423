param place string

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: 'westeurope'
  sku: { name: 'RS0', tier: 'Standard' }
  properties: { publicNetworkAccess: 'Enabled' }
}

var tags = { purpose: 'restore-staging' }

resource staging 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'ststaging'
  location: place
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS' // what a restore takes
  }
  tags: tags
  properties: {
    allowBlobPublicAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}
