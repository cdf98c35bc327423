param($Staging)
Restore-AzRecoveryServicesBackupItem -RecoveryPoint $rp -StorageAccountName $Staging -StorageAccountResourceGroupName rg -TargetResourceGroupName rg-restore
