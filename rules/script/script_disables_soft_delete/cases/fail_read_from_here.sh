read -r state <<< "Disable"
az backup vault backup-properties set -g rg-backup -n rsv-orders --soft-delete-feature-state "$state"
