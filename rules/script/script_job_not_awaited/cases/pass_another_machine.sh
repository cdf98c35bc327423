az backup protection backup-now -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --query name -o tsv
az vm run-command invoke -g rg-app -n vm-other --command-id RunShellScript --scripts @upgrade.sh
