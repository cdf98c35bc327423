module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    categories: [
      'CoreAzureBackup'
      'AddonAzureBackupJobs'
      'AddonAzureBackupPolicy'
    ]
  }
}
