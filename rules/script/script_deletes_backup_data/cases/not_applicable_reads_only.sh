az backup item list -g rg-backup -v rsv-orders -o table
if false; then
  az backup protection disable -g rg -v rsv -c vm -i vm --delete-backup-data true -y
fi
