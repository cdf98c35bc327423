Restore-AzRecoveryServicesBackupItem -RecoveryPoint $rp -StorageAccountName ststaging -StorageAccountResourceGroupName rg-staging -RestoreType OriginalLocation -VaultId $vault.ID
