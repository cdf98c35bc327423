az rest --method delete --url "https://management.azure.com/subscriptions/$SUB/resourceGroups/rg-backup/providers/Microsoft.DataProtection/backupVaults/bv-orders?api-version=2025-07-01"
