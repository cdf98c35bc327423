param location string = resourceGroup().location
param policyId string

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

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: location
  sku: { name: 'RS0', tier: 'Standard' }
  properties: { publicNetworkAccess: 'Enabled' }
}

resource item 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = {
  name: '${vault.name}/Azure/iaasvmcontainer;iaasvmcontainerv2;${resourceGroup().name};${machine.name}/vm;iaasvmcontainerv2;${resourceGroup().name};${machine.name}'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    policyId: policyId
    sourceResourceId: machine.id
  }
}
