//~ fail vault-lock-missing; fail backup-private-endpoint-missing; fail critical-operation-alert-missing; fail diagnostic-logs-missing
resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-payroll'
  location: resourceGroup().location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {}
}
