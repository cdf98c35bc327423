New-AzResourceLock -LockName keep -LockLevel CanNotDelete -ResourceGroupName rg-backup -ResourceName rsv-orders -ResourceType Microsoft.RecoveryServices/vaults -Force
