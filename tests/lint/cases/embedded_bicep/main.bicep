param vault string = 'rsv-old'
param open string

resource cli 'Microsoft.Resources/deploymentScripts@2023-08-01' = {
  name: 'cli'
  location: 'westeurope'
  kind: 'AzureCLI'
  properties: {
    azCliVersion: '2.60.0'
    retentionInterval: 'P1D'
    environmentVariables: [
      {
        name: 'VAULT'
        value: vault
      }
    ]
    scriptContent: '''
      set -eu
      # az backup vault delete --name commented
      az backup vault delete --name "$VAULT" --resource-group rg --yes #~ fail script-deletes-vault
    '''
  }
}

resource powershell 'Microsoft.Resources/deploymentScripts@2023-08-01' = {
  name: 'powershell'
  location: 'westeurope'
  kind: 'AzurePowerShell'
  properties: {
    azPowerShellVersion: '12.0'
    retentionInterval: 'P1D'
    //~ fail script-deletes-vault
    scriptContent: 'Remove-AzRecoveryServicesVault -Vault (Get-AzRecoveryServicesVault -Name \'${vault}\' -ResourceGroupName rg)'
  }
}

resource file 'Microsoft.Resources/deploymentScripts@2023-08-01' = {
  name: 'file'
  location: 'westeurope'
  kind: 'AzureCLI'
  properties: {
    azCliVersion: '2.60.0'
    retentionInterval: 'P1D'
    scriptContent: loadTextContent('cleanup.txt')
  }
}

module inner 'inner.bicep' = {
  name: 'inner'
  params: {
    vault: vault
    open: open
  }
}
