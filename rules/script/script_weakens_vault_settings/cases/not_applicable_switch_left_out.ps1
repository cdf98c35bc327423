Set-AzRecoveryServicesBackupProperty -Vault $vault -EnableCrossRegionRestore
