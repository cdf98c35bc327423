param excluded string[] = [
  'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete'
]

resource guard 'Microsoft.DataProtection/resourceGuards@2024-04-01' = {
  name: 'guard-backup'
  location: resourceGroup().location
  properties: {
    vaultCriticalOperationExclusionList: excluded
  }
}
