az group delete --name rg-somewhere --yes
