Remove-AzResourceLock -LockId "/subscriptions/$sub/resourceGroups/rg/providers/Microsoft.DataProtection/backupVaults/bv/providers/Microsoft.Authorization/locks/keep" -Force
