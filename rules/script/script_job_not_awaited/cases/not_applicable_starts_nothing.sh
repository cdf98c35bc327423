az vm run-command invoke -g rg-app -n vm-orders --command-id RunShellScript --scripts @upgrade.sh
