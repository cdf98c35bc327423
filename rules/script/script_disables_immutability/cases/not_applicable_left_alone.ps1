Update-AzRecoveryServicesVault -ResourceGroupName rg-backup -Name rsv-orders -PublicNetworkAccess Disabled
