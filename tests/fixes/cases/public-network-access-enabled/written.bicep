param location string = 'westeurope'

// vault: see the runbook
resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    publicNetworkAccess: 'Enabled' // until the agents moved
  }
}

// endpoint: see the runbook
resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = {
  name: 'pe-vault'
  location: location
  properties: {
    subnet: {
      id: '/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints'
    }
    privateLinkServiceConnections: [
      {
        name: 'backup'
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
