az backup vault backup-properties set -g rg-backup -n rsv-orders --backup-storage-redundancy GeoRedundant
