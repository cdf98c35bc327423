module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    lockLevel: 'CanNotDelete'
  }
}
