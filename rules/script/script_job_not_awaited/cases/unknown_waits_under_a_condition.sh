job=$(az backup protection backup-now -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --query name -o tsv)
if [ "$WAIT" = yes ]; then
  az backup job wait -g rg-backup -v rsv-orders -n "$job"
fi
az vm run-command invoke -g rg-app -n vm-orders --command-id RunShellScript --scripts @upgrade.sh
