enable() {
  #~ fail script-vm-name-in-wrong-group
  az backup protection enable-for-vm -g rg-backup -v rsv-orders --vm vm-orders --policy-name daily
}
enable

# One region, as the code says; and another one, which is the matter of the rule on accounts.
az backup restore restore-disks -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --rp-name "$RP" -t rg-app --storage-account ststagingweu #~ pass restore-without-staging-region-check
az backup restore restore-disks -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --rp-name "$RP" -t rg-app --storage-account ststagingneu #~ not-applicable restore-without-staging-region-check
az backup restore restore-disks -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --rp-name "$RP" -t rg-app --storage-account stunknown #~ fail restore-without-staging-region-check
