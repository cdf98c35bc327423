param vault string

resource cleanup 'Microsoft.Resources/deploymentScripts@2023-08-01' = {
  name: 'cleanup'
  location: 'westeurope'
  kind: 'AzureCLI'
  properties: {
    azCliVersion: '2.60.0'
    retentionInterval: 'P1D'
    scriptContent: 'az backup vault delete -n ${vault} -g rg --yes' //~ fail script-deletes-vault
  }
}

param open string

resource partly 'Microsoft.Resources/deploymentScripts@2023-08-01' = {
  name: 'partly'
  location: 'westeurope'
  kind: 'AzureCLI'
  properties: {
    azCliVersion: '2.60.0'
    retentionInterval: 'P1D'
    scriptContent: 'az backup vault delete -n ${open} -g ${resourceGroup().name} --yes' //~ fail script-deletes-vault
  }
}
