param vaultName string
param machineName string
param otherId string

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = { //~ pass vault-lock-missing
  name: vaultName
  location: 'westeurope'
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep'
  scope: vault
  properties: {
    level: 'CanNotDelete'
  }
}

resource policy 'Microsoft.RecoveryServices/vaults/backupPolicies@2024-04-01' = {
  parent: vault
  name: 'daily'
  properties: {
    backupManagementType: 'AzureIaasVM'
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy'
      scheduleRunFrequency: 'Daily'
    }
  }
}

//~ pass vm-not-backed-up
resource machine 'Microsoft.Compute/virtualMachines@2024-03-01' = {
  name: machineName
  location: 'westeurope'
}

//~ pass vault-region-mismatch
resource item 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = {
  name: '${vaultName}/Azure/iaasvmcontainer;iaasvmcontainerv2;${resourceGroup().name};${machineName}/vm;iaasvmcontainerv2;${resourceGroup().name};${machineName}'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    policyId: policy.id
    sourceResourceId: machine.id
  }
}

// What this one protects may be any machine.
resource other 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = {
  name: '${vaultName}/Azure/c/other'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    policyId: policy.id
    sourceResourceId: otherId //~ unknown vault-region-mismatch unresolved-expression
  }
}

//~ unknown vm-not-backed-up unresolved-expression
resource alone 'Microsoft.Compute/virtualMachines@2024-03-01' = {
  name: 'alone'
  location: 'westeurope'
}
