param names array = [
  'vm-linux'
  'vm-windows'
  'vm-old'
]

resource machines 'Microsoft.Compute/virtualMachines@2024-07-01' = [for name in names: {
  name: name
  location: resourceGroup().location
  properties: {
    hardwareProfile: {
      vmSize: 'Standard_D2s_v5'
    }
  }
}]

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
}
