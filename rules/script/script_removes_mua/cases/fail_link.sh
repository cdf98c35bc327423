az backup vault resource-guard-mapping delete -g rg-backup -n rsv-orders --yes
