az backup item set-policy -g rg-backup -v rsv-orders -c vm -n vm -p weekly
