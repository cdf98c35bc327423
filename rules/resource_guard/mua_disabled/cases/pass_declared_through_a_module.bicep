module backup 'modules/backup.bicep' = {
  name: 'backup'
  params: {
    resourceGuardId: '/subscriptions/9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard-backup'
  }
}
