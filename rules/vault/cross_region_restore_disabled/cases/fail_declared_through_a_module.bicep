module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    crossRegionRestore: false
  }
}
