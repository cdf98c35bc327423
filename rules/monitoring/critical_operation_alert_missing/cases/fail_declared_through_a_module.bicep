module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    operations: {
      restores: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/restore/action'
    }
  }
}
