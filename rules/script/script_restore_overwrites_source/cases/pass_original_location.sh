az backup restore restore-disks -g rg-backup -v rsv-orders -c vm -i vm --rp-name "$RP" --storage-account ststaging --restore-mode AlternateLocation --target-resource-group rg-restore
