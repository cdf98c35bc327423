param name string

resource machine 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: name
  location: resourceGroup().location
  properties: {
    hardwareProfile: {
      vmSize: 'Standard_D2s_v5'
    }
  }
}

output id string = machine.id
