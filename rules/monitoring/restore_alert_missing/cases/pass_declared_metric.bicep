resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: resourceGroup().location
  sku: {
    name: 'RS0'
    tier: 'Standard'
  }
  properties: {
    publicNetworkAccess: 'Enabled'
  }
}

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-security'
  location: 'Global'
  properties: {
    groupShortName: 'security'
    enabled: true
    emailReceivers: [
      {
        name: 'security'
        emailAddress: 'security@example.com'
      }
    ]
  }
}

resource restores 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'restores'
  location: 'global'
  properties: {
    enabled: true
    severity: 2
    evaluationFrequency: 'PT5M'
    windowSize: 'PT1H'
    scopes: [
      vault.id
    ]
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'restores'
          criterionType: 'StaticThresholdCriterion'
          metricName: 'RestoreHealthEvent'
          metricNamespace: 'Microsoft.RecoveryServices/vaults'
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Count'
        }
      ]
    }
    actions: [
      {
        actionGroupId: group.id
      }
    ]
  }
}
