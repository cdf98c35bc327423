az backup protection enable-for-vm -g rg-backup -v rsv-orders --vm "$VM_ID" --policy-name daily --exclude-all-data-disks
