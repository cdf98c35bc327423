param isLocked bool

// A lock that may not be made proves nothing.
//~ unknown vault-lock-missing conditional
resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv'
  location: 'westeurope'
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  name: 'keep'
  scope: vault
  properties: {
    level: 'CanNotDelete'
  }
}

//~ unknown vm-not-backed-up conditional
resource machine 'Microsoft.Compute/virtualMachines@2024-03-01' = {
  name: 'm'
  location: 'westeurope'
}

resource item 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = if (isLocked) {
  name: 'rsv/Azure/c/i'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    sourceResourceId: machine.id
  }
}
