for group in $(az group list --tag temporary=yes --query "[].name" -o tsv); do
  az group delete --name "$group" --yes --no-wait
done
