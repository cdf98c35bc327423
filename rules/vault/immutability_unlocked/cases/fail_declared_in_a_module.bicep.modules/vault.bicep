@description('Of which department.')
param name string

type settings = {
  immutability: 'Unlocked' | 'Locked'?
}

param with settings = {}

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-${name}'
  location: resourceGroup().location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    securitySettings: {
      immutabilitySettings: {
        state: with.?immutability ?? 'Unlocked'
      }
    }
  }
}

output id string = vault.id
