job=$(az backup protection backup-now -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --query name -o tsv)
while [ "$(az backup job show -g rg-backup -v rsv-orders -n "$job" --query properties.status -o tsv)" = InProgress ]; do
  sleep 60
done
az vm run-command invoke -g rg-app -n vm-orders --command-id RunShellScript --scripts @upgrade.sh
