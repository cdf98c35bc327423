Disable-AzRecoveryServicesBackupProtection -Item $item -VaultId $vaultId -Force
