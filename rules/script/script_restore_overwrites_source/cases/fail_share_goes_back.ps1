Restore-AzRecoveryServicesBackupItem -RecoveryPoint $rp -ResolveConflict Skip -VaultId $vault.ID
