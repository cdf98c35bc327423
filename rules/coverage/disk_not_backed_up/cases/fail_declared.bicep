param location string = resourceGroup().location

resource data 'Microsoft.Compute/disks@2024-03-02' = [for i in range(0, 2): {
  name: 'vm-orders-data${i}'
  location: location
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 256
  }
}]

resource machine 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-orders'
  location: location
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v5' }
    storageProfile: {
      osDisk: {
        name: 'vm-orders-os'
        createOption: 'FromImage'
        diskSizeGB: 64
        managedDisk: { storageAccountType: 'Premium_LRS' }
      }
      dataDisks: [for i in range(0, 2): {
        lun: i
        createOption: 'Attach'
        managedDisk: { id: data[i].id }
      }]
    }
  }
}

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

resource item 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = {
  name: '${vault.name}/Azure/iaasvmcontainer;iaasvmcontainerv2;${resourceGroup().name};${machine.name}/vm;iaasvmcontainerv2;${resourceGroup().name};${machine.name}'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    policyId: daily.id
    sourceResourceId: machine.id
    extendedProperties: {
      diskExclusionProperties: { diskLunList: [1], isInclusionList: false }
    }
  }
}
