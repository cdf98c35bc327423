param principalId string

resource guard 'Microsoft.DataProtection/resourceGuards@2024-04-01' = {
  name: 'guard-backup'
  location: resourceGroup().location
  properties: {
    vaultCriticalOperationExclusionList: []
  }
}

output id string = guard.id
