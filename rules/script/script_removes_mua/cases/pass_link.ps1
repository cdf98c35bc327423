Set-AzRecoveryServicesResourceGuardMapping -VaultId $vault.ID -ResourceGuardId $guard
