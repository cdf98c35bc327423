New-AzRecoveryServicesVault -ResourceGroupName rg-backup -Name rsv-orders -Location westeurope
