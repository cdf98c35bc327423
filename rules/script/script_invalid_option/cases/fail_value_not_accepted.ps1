Restore-AzRecoveryServicesBackupItem -RecoveryPoint $rp -StorageAccountName st -StorageAccountResourceGroupName rg -TargetResourceGroupName rg -RestoreOnlyOSDisk $false
