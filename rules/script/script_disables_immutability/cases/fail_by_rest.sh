az rest --method patch --url "/subscriptions/$SUB/resourceGroups/rg/providers/Microsoft.DataProtection/backupVaults/bv?api-version=2024-04-01" \
  --body '{"properties":{"securitySettings":{"immutabilitySettings":{"state":"Disabled"}}}}'
