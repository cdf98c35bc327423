Restore-AzRecoveryServicesBackupItem -RecoveryPoint $rp -StorageAccountName ststaging -StorageAccountResourceGroupName rg-staging -TargetResourceGroupName rg-restore -VaultId $vault.ID
