param lockScope string

resource guard 'Microsoft.DataProtection/resourceGuards@2024-04-01' = {
  name: 'guard-backup'
  location: resourceGroup().location
  properties: {
    vaultCriticalOperationExclusionList: []
  }
}

resource other 'Microsoft.DataProtection/resourceGuards@2024-04-01' existing = {
  name: lockScope
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-guard'
  scope: other
  properties: {
    level: 'CanNotDelete'
  }
}
