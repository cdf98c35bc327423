id="/subscriptions/$SUB/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders"
az rest --method DELETE --url "https://management.azure.com$id/backupFabrics/Azure/protectionContainers/$C/protectedItems/$I?api-version=2024-04-01"
