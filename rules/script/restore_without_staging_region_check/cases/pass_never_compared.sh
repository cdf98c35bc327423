account=$(az storage account show -g rg-staging -n ststaging --query location -o tsv)
vault=$(az backup vault show -g rg-backup -n rsv-orders --query location -o tsv)
if [ "$account" != "$vault" ]; then
  echo "the account is in $account, the vault in $vault" >&2
  exit 1
fi
az backup restore restore-disks -g rg-backup -v rsv-orders -c vm -i vm --rp-name "$RP" --target-resource-group rg-restore --storage-account ststaging
