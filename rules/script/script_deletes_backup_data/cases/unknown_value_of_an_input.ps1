param([bool] $Drop)
Disable-AzRecoveryServicesBackupProtection -Item $item -RemoveRecoveryPoints:$Drop -Force
