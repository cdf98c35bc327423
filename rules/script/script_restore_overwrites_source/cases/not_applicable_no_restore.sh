az backup recoverypoint list -g rg-backup -v rsv-orders -c vm -i vm -o table
