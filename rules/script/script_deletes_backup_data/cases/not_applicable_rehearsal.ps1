Disable-AzRecoveryServicesBackupProtection -Item $item -RemoveRecoveryPoints -Force -WhatIf
