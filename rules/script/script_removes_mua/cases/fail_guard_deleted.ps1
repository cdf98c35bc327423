Remove-AzDataProtectionResourceGuard -ResourceGroupName rg-security -Name guard
Remove-AzResource -ResourceId "/subscriptions/$sub/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv/backupResourceGuardProxies/VaultProxy" -Force
