Restore-AzRecoveryServicesBackupItem -RecoveryPoint $rp -StorageAccountName ststaging -StorageAccountResourceGroupName rg-staging @more
