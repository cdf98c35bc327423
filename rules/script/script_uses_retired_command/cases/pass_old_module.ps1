$vault = Get-AzRecoveryServicesVault -Name rsv-orders -ResourceGroupName rg-backup
