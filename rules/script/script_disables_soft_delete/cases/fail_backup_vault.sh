az dataprotection backup-vault update -g rg-backup --vault-name bv-orders --soft-delete-state Off
