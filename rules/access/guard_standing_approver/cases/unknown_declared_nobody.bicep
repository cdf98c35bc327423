targetScope = 'subscription'

param vaultSubscription string = '6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b'
param guardSubscription string = '9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4'
param admin string = '3f2a9c1e-7b64-4d08-9e5a-1c7d20f8b6a3'

module guard 'modules/guard.bicep' = {
  name: 'guard'
  scope: resourceGroup(guardSubscription, 'rg-guard')
  params: {
    principalId: admin
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: resourceGroup(vaultSubscription, 'rg-backup')
  params: {
    resourceGuardId: guard.outputs.id
    principalId: admin
  }
}
