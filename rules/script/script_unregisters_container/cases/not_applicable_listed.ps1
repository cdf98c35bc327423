Get-AzRecoveryServicesBackupContainer -ContainerType AzureVM -VaultId $vault.ID
