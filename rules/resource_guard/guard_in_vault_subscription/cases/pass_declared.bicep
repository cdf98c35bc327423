targetScope = 'subscription'

param vaultSubscription string = '6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b'
param guardSubscription string = '9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4'

resource guard 'Microsoft.DataProtection/resourceGuards@2024-04-01' existing = {
  name: 'guard-backup'
  scope: resourceGroup(guardSubscription, 'rg-guard')
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: resourceGroup(vaultSubscription, 'rg-backup')
  params: {
    resourceGuardId: guard.id
  }
}
