az rest --method put --url "/subscriptions/$SUB/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/rsv/backupconfig/vaultconfig?api-version=2024-04-01" \
  --body '{"properties":{"softDeleteFeatureState":"Enabled"}}'
