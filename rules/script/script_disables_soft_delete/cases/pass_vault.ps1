$vault = Get-AzRecoveryServicesVault -Name rsv-orders -ResourceGroupName rg-backup
Set-AzRecoveryServicesVaultProperty -VaultId $vault.ID -SoftDeleteFeatureState enable
