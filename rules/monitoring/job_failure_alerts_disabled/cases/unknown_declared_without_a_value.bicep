param alertOnJobFailure bool

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: resourceGroup().location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    publicNetworkAccess: 'Enabled'
    monitoringSettings: {
      azureMonitorAlertSettings: {
        alertsForAllJobFailures: alertOnJobFailure ? 'Enabled' : 'Disabled'
      }
    }
  }
}
