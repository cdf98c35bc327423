$body = @{ properties = @{ securitySettings = @{ softDeleteSettings = @{ softDeleteState = 'Disabled' } } } } | ConvertTo-Json -Depth 5
Invoke-AzRestMethod -Method PATCH -Path "/subscriptions/$sub/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders?api-version=2024-04-01" -Payload $body
