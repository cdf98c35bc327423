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

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-rsv-orders'
  location: resourceGroup().location
  properties: {
    subnet: {
      id: resourceId('rg-network', 'Microsoft.Network/virtualNetworks/subnets', 'vnet-hub', 'snet-endpoints')
    }
    privateLinkServiceConnections: [
      {
        name: 'pe-rsv-orders'
        properties: {
          privateLinkServiceId: vault.id
          groupIds: [
            'AzureBackup'
          ]
        }
      }
    ]
  }
}
