module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    dailyRetentionDays: 30
  }
}
