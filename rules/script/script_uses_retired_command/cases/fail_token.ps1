Remove-AzRecoveryServicesResourceGuardMapping -VaultId $vault.ID -Token $token
