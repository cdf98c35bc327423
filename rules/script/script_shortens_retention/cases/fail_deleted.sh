az backup policy delete -g rg-backup -v rsv-orders -n daily
