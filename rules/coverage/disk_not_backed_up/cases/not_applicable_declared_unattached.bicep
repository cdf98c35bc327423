param location string = resourceGroup().location

resource data 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'vm-orders-data0'
  location: location
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 256
  }
}
