module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    softDelete: 'Enabled'
  }
}
