module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    redundancy: 'LocallyRedundant'
  }
}
