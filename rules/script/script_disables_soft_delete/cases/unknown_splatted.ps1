Set-AzRecoveryServicesVaultProperty -VaultId $vault.ID @settings
