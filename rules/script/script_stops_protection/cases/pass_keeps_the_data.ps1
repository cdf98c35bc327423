Enable-AzRecoveryServicesBackupProtection -Item $item -Policy $policy -VaultId $vaultId
