Update-AzRecoveryServicesVault -ResourceGroupName rg-backup -Name rsv-orders -ImmutabilityState Disabled
