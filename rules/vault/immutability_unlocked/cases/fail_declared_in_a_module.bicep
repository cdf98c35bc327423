var departments = {
  orders: {}
  billing: {
    immutability: 'Locked'
  }
}

module vaults 'modules/vault.bicep' = [for department in items(departments): {
  name: 'vault-${department.key}'
  params: {
    name: department.key
    with: department.value
  }
}]
