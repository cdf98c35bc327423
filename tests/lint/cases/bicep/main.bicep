param location string = resourceGroup().location
param softDelete string = 'Disabled'
param redundancy string

//~ fail immutability-disabled; fail vault-lock-missing
resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    publicNetworkAccess: 'Disabled'
    securitySettings: {
      softDeleteSettings: {
        softDeleteState: softDelete //~ fail soft-delete-disabled via softDelete
      }
    }
    redundancySettings: {
      standardTierStorageRedundancy: redundancy //~ unknown storage-redundancy-not-allowed unresolved-expression
    }
  }
}

module second 'vault.bicep' = {
  name: 'second'
  params: {
    name: 'rsv-second'
    redundancy: 'LocallyRedundant'
  }
}
