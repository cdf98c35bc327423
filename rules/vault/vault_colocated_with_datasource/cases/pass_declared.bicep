targetScope = 'subscription'

resource appGroup 'Microsoft.Resources/resourceGroups@2024-03-01' existing = {
  name: 'rg-app'
}

resource backupGroup 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-backup'
  location: 'westeurope'
}

resource machine 'Microsoft.Compute/virtualMachines@2024-07-01' existing = {
  name: 'vm-orders'
  scope: appGroup
}

module vault './modules/vault.bicep' = {
  name: 'vault'
  scope: backupGroup
  params: {
    machineId: machine.id
    machineGroup: appGroup.name
    machineName: machine.name
  }
}
