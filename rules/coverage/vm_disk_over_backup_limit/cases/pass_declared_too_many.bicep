param location string = resourceGroup().location

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
      dataDisks: [for i in range(0, 32): {
        name: 'vm-orders-data${i}'
        lun: i
        createOption: 'Empty'
        diskSizeGB: 128
        managedDisk: { storageAccountType: 'Premium_LRS' }
      }]
    }
  }
}
