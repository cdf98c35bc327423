az backup vault backup-properties set --resource-group rg-backup --name rsv-orders \
  --soft-delete-feature-state=disable
