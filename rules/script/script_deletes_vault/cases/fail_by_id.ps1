$vault = Get-AzRecoveryServicesVault -Name rsv-orders -ResourceGroupName rg-backup
Remove-AzResource -ResourceId $vault.ID -Force
