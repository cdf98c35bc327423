Set-AzRecoveryServicesBackupProperty -Vault $vault -BackupStorageRedundancy $env:REDUNDANCY
