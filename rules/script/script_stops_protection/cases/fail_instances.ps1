Suspend-AzDataProtectionBackupInstanceBackup -ResourceGroupName rg-backup -VaultName bv-orders -BackupInstanceName disk-orders
Disable-AzRecoveryServicesBackupAutoProtection -InputItem $sql -BackupManagementType AzureWorkload -WorkloadType MSSQL
