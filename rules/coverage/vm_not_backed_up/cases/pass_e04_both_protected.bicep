targetScope = 'subscription'

module app 'modules/machine.bicep' = {
  name: 'app'
  scope: resourceGroup('rg-app')
  params: {
    name: 'vm-orders'
  }
}

module test 'modules/machine.bicep' = {
  name: 'test'
  scope: resourceGroup('rg-test')
  params: {
    name: 'vm-orders'
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: resourceGroup('rg-backup')
  params: {
    machines: [
      app.outputs.id
      test.outputs.id
    ]
  }
}
