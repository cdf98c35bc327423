id="/subscriptions/$SUBSCRIPTION/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders"
az rest --method patch --url "https://management.azure.com$id?api-version=2024-04-01" \
  --body '{"properties":{"securitySettings":{"softDeleteSettings":{"softDeleteState":"Disabled"}}}}'
