az backup restore restore-disks -g rg-backup -v rsv-orders -c vm -i vm --rp-name "$RP" --storage-account ststaging --target-resource-group rg-restore --disk-access-option SameAsOnSourceDisks
