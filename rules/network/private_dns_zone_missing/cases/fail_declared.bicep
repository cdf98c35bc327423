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

param zones array = [
  'privatelink.blob.core.windows.net'
  'privatelink.queue.core.windows.net'
]

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [for zone in zones: {
      name: replace(zone, '.', '-')
      properties: {
        privateDnsZoneId: resourceId('rg-network', 'Microsoft.Network/privateDnsZones', zone)
      }
    }]
  }
}
