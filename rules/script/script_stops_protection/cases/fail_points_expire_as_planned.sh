az backup protection disable -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --retain-recovery-points-as-per-policy true -y
