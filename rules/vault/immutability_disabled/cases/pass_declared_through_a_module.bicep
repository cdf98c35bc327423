module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    immutability: 'Unlocked'
  }
}
