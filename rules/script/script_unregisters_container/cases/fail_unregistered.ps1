$container = Get-AzRecoveryServicesBackupContainer -ContainerType AzureStorage -FriendlyName stapp -VaultId $vault.ID
$container | Unregister-AzRecoveryServicesBackupContainer -VaultId $vault.ID -Force
