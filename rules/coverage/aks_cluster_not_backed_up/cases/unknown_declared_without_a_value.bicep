param location string = resourceGroup().location
param clusterId string

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

resource instance 'Microsoft.DataProtection/backupVaults/backupInstances@2024-04-01' = {
  parent: backupVault
  name: 'aks-orders'
  properties: {
    objectType: 'BackupInstance'
    dataSourceInfo: {
      objectType: 'Datasource'
      datasourceType: 'Microsoft.ContainerService/managedClusters'
      resourceID: clusterId
      resourceLocation: location
    }
    policyInfo: {
      policyId: '${backupVault.id}/backupPolicies/aks'
    }
  }
}
