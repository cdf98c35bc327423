resource orders 'Microsoft.RecoveryServices/vaults@2025-02-01' = {
  name: 'rsv-orders'
  location: 'westeurope'
  sku: {
    name: 'Standard'
  }
  properties: {}
}
