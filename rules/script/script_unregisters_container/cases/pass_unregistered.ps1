Register-AzRecoveryServicesBackupContainer -ResourceId $id -BackupManagementType AzureWorkload -WorkloadType MSSQL -VaultId $vault.ID
