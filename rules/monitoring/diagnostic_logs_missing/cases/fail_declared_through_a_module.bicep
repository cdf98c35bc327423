module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    categories: [
      'AzureSiteRecoveryJobs'
      'AzureSiteRecoveryEvents'
    ]
  }
}
