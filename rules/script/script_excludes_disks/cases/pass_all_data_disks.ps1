Enable-AzRecoveryServicesBackupProtection -Policy $policy -Name vm-orders -ResourceGroupName rg-app
