param machines array

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: resourceGroup().location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {}
}

resource items 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = [for machine in machines: {
  name: '${vault.name}/Azure/iaasvmcontainer;iaasvmcontainerv2;${split(machine, '/')[4]};${last(split(machine, '/'))}/vm;iaasvmcontainerv2;${split(machine, '/')[4]};${last(split(machine, '/'))}'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    policyId: '${vault.id}/backupPolicies/DefaultPolicy'
    sourceResourceId: machine
  }
}]
