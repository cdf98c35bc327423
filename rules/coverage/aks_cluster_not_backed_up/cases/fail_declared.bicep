param location string = resourceGroup().location

resource cluster 'Microsoft.ContainerService/managedClusters@2024-05-01' = {
  name: 'aks-orders'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    dnsPrefix: 'orders'
    agentPoolProfiles: [
      { name: 'system', count: 3, vmSize: 'Standard_D4s_v5', mode: 'System' }
    ]
  }
}

resource backupVault 'Microsoft.DataProtection/backupVaults@2024-04-01' = {
  name: 'bv-orders'
  location: location
  properties: {
    storageSettings: [{ datastoreType: 'VaultStore', type: 'GeoRedundant' }]
    securitySettings: { softDeleteSettings: { state: 'On', retentionDurationInDays: 14 } }
  }
}
