module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    resourceGuardId: null
  }
}
