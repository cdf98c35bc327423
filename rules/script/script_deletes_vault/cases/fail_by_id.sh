az resource delete --ids "/subscriptions/$SUB/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders"
