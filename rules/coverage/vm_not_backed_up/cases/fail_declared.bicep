param location string = resourceGroup().location

@description('Role and size.')
param machines array = [
  { role: 'app', size: 'Standard_D2s_v5' }
  { role: 'db', size: 'Standard_E4s_v5' }
]

resource machine 'Microsoft.Compute/virtualMachines@2024-07-01' = [for m in machines: {
  name: 'vm-${m.role}'
  location: location
  properties: {
    hardwareProfile: { vmSize: m.size }
  }
}]

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: location
  sku: { name: 'RS0', tier: 'Standard' }
  properties: { publicNetworkAccess: 'Enabled' }
}

resource daily 'Microsoft.RecoveryServices/vaults/backupPolicies@2024-04-01' = {
  parent: vault
  name: 'daily'
  properties: {
    backupManagementType: 'AzureIaasVM'
    timeZone: 'UTC'
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy'
      scheduleRunFrequency: 'Daily'
      scheduleRunTimes: ['2026-01-01T23:00:00Z']
    }
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy'
      dailySchedule: {
        retentionTimes: ['2026-01-01T23:00:00Z']
        retentionDuration: { count: 30, durationType: 'Days' }
      }
    }
  }
}

resource item 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = [for (m, i) in machines: if (m.role == 'db') {
  name: '${vault.name}/Azure/iaasvmcontainer;iaasvmcontainerv2;${resourceGroup().name};vm-${m.role}/vm;iaasvmcontainerv2;${resourceGroup().name};vm-${m.role}'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    policyId: daily.id
    sourceResourceId: machine[i].id
  }
}]
