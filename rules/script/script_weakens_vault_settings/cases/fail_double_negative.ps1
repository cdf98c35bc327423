Set-AzRecoveryServicesVaultProperty -VaultId $vault.ID -DisableHybridBackupSecurityFeature $true
Update-AzRecoveryServicesVault -ResourceGroupName rg-backup -Name rsv-orders -PublicNetworkAccess Enabled -RemoveSystemAssigned
