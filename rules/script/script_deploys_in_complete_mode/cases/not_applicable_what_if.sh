az deployment group create -g rg-app -f main.bicep --mode Complete --what-if
