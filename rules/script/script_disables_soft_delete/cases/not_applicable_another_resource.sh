az rest --method patch --url "/subscriptions/$SUB/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv?api-version=2023-07-01" \
  --body '{"properties":{"enableSoftDelete":false}}'
az rest --method post --url https://graph.microsoft.com/v1.0/groups --body "$GROUP"
