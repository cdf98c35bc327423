az dataprotection resource-guard update -g rg-security -n guard --resource-type Microsoft.RecoveryServices/vaults --critical-operation-exclusion-list deleteProtection getSecurityPIN
