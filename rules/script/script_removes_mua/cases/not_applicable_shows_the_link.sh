az backup vault resource-guard-mapping show -g rg-backup -n rsv-orders
