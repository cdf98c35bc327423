Remove-AzRecoveryServicesResourceGuardMapping -VaultId $vault.ID -SecureToken $token
