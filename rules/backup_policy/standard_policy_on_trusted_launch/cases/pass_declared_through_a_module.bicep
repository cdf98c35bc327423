module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    isEnhanced: true
  }
}
