Restore-AzRecoveryServicesBackupItem -RecoveryPoint $rp -ResolveConflict Skip -TargetStorageAccountName stapp -TargetFileShareName share
