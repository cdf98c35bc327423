az deployment group create --resource-group rg-app --template-file main.bicep
