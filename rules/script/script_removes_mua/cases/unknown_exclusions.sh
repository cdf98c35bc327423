az dataprotection resource-guard update -g rg-security -n guard --critical-operation-exclusion-list "$EXCLUDED"
