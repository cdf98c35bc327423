az backup restore restore-disks -g rg-backup -v rsv-orders -c vm -i vm --rp-name "$RP" --target-resource-group rg-restore --storage-account ststaging
