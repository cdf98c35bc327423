resource machine 'Microsoft.Compute/virtualMachines@2024-07-01' existing = {
  name: 'vm-orders'
}

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

  resource policy 'backupPolicies' existing = {
    name: 'DefaultPolicy'
  }
}

var group = resourceGroup().name

resource item 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = {
  name: '${vault.name}/Azure/iaasvmcontainer;iaasvmcontainerv2;${group};${machine.name}/vm;iaasvmcontainerv2;${group};${machine.name}'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    policyId: vault::policy.id
    sourceResourceId: machine.id
  }
}
