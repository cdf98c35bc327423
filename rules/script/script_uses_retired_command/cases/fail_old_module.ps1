$vault = Get-AzureRmRecoveryServicesVault -Name rsv-orders -ResourceGroupName rg-backup
