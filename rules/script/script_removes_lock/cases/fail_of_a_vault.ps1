Remove-AzResourceLock -LockName keep -ResourceGroupName rg-backup -ResourceName rsv-orders -ResourceType Microsoft.RecoveryServices/vaults -Force
