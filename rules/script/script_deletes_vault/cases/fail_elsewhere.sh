docker run --rm mcr.microsoft.com/azure-cli:latest az backup vault delete -g rg -n rsv-a --yes
ssh -p 2222 ops@jump az backup vault delete -g rg -n rsv-b --yes
find vaults -type f -exec az backup vault delete -g rg -n {} --yes \;
parallel -j 2 az backup vault delete -g rg --yes -n {} ::: rsv-c rsv-d
