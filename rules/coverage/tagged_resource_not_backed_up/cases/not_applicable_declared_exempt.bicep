param location string = resourceGroup().location

var tags = {
  'backup-exempt': 'cache'
  owner: 'orders'
  backup: 'required'
}

resource machine 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-orders'
  location: location
  tags: tags
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
