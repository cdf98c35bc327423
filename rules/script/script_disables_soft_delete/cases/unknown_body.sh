az rest --method patch --url "/subscriptions/$SUB/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/rsv?api-version=2024-04-01" --body "$BODY"
