az backup policy show -g rg-backup -v rsv-orders -n daily
