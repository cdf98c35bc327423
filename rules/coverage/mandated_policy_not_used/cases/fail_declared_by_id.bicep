param location string = resourceGroup().location
param policyId string = '/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders/backupPolicies/daily'

resource machine 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-orders'
  location: location
  tags: { mandate: 'central' }
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v5' }
    storageProfile: {
      osDisk: {
        name: 'vm-orders-os'
        createOption: 'FromImage'
        diskSizeGB: 64
        managedDisk: { storageAccountType: 'Premium_LRS' }
      }
    }
  }
}

resource item 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = {
  name: 'rsv-orders/Azure/iaasvmcontainer;iaasvmcontainerv2;${resourceGroup().name};${machine.name}/vm;iaasvmcontainerv2;${resourceGroup().name};${machine.name}'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    policyId: policyId
    sourceResourceId: machine.id
  }
}
