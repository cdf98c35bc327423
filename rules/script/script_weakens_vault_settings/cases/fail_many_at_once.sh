az backup vault backup-properties set -g rg-backup -n rsv-orders --cross-region-restore-flag False --hybrid-backup-security-features Disable --soft-delete-duration 7
az backup vault update -g rg-backup -n rsv-orders --job-failure-alerts Disable --public-network-access Enable --cross-subscription-restore-state Enable --source-scan-state Disabled
az backup vault identity remove -g rg-backup -n rsv-orders --system-assigned
az backup item source-scan-configuration set -g rg-backup -v rsv-orders -c vm -n vm --backup-management-type AzureIaasVM --workload-type VM --state Disabled
