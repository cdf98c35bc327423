az backup restore restore-disks -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --rp-name "$RP" --storage-account ststaging -t rg-restore
az vm create -g rg-restore -n vm-copy --attach-os-disk "$DISK" --os-type Linux
