az backup protection enable-for-vm -g rg-backup -v rsv-orders --vm "$1" -p daily
