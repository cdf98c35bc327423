$vault = Get-AzRecoveryServicesVault -Name rsv-orders -ResourceGroupName rg-backup
Remove-AzRecoveryServicesVault -Vault $vault
