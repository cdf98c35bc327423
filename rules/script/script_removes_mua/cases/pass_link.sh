az backup vault resource-guard-mapping update -g rg-backup -n rsv-orders --resource-guard-id "$GUARD"
