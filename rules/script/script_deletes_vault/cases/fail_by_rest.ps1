Invoke-AzRestMethod -Method DELETE -Path "/subscriptions/$sub/resourceGroups/rg-backup/providers/Microsoft.DataProtection/backupVaults/bv-orders?api-version=2025-07-01"
